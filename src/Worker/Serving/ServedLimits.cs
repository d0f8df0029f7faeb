using Godwit.Worker.Api;
using Microsoft.Extensions.Options;

namespace Godwit.Worker.Serving;

/// <summary>What all requests of Gateways share: how long and how much of them is held.</summary>
internal sealed class ServedLimits(IOptions<ServingOptions> options, ApiFailures failures, TimeProvider time)
{
    /// <summary>How long a request is held without a sign of its Gateway.</summary>
    public TimeSpan AckTimeout { get; } = TimeSpan.FromMilliseconds(options.Value.AckTimeoutMs);

    /// <summary>Bytes of frames held for a request before it is paused.</summary>
    public long UnackedBytes { get; } = options.Value.UnackedKb * 1024L;

    /// <summary>Makes errors of failures.</summary>
    public ApiFailures Failures { get; } = failures;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; } = time;
}
