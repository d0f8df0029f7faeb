using Microsoft.Extensions.Options;

namespace Godwit.Worker.Api.Serving;

/// <summary>What all requests of Gateways share.</summary>
internal sealed class ServedLimits(IOptions<ServingOptions> options, ApiFailures failures)
{
    /// <summary>Bytes of frames held for a request before it is paused.</summary>
    public long UnackedBytes { get; } = options.Value.UnackedKb * 1024L;

    /// <summary>Makes errors of failures.</summary>
    public ApiFailures Failures { get; } = failures;
}
