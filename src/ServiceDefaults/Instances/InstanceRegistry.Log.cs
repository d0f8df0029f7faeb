using Microsoft.Extensions.Logging;

namespace Godwit.ServiceDefaults.Instances;

/// <content>What the registry logs.</content>
public sealed partial class InstanceRegistry
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Instance {Instance} ({BootId}) has no lease and does not answer: dropped")]
    private static partial void LogDead(ILogger logger, string instance, string bootId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis cannot be read ({Reason}); going on with the last picture")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Redis can be read again")]
    private static partial void LogBack(ILogger logger);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Instance {Instance} could not be taken out of Redis ({Reason})")]
    private static partial void LogNotRemoved(ILogger logger, string instance, string reason);
}
