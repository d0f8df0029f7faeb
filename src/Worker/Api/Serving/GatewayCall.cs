namespace Godwit.Worker.Api.Serving;

/// <summary>A call of a Gateway that is answered by frames, until it is known of which request.</summary>
/// <param name="stream">The number of its stream.</param>
/// <param name="begin">What it begins with; null: it goes on with what is here.</param>
/// <param name="start">Where its frames begin.</param>
internal sealed class GatewayCall(long stream, ServedCall? begin, StreamStart start)
{
    private readonly TaskCompletionSource<ServedRequest> _request = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The number of its stream.</summary>
    public long Stream { get; } = stream;

    /// <summary>What it begins with; null: it goes on with what is here.</summary>
    public ServedCall? Begin { get; } = begin;

    /// <summary>Where its frames begin.</summary>
    public StreamStart Start { get; } = start;

    /// <summary>The request that answers it, or why none does.</summary>
    public Task<ServedRequest> Request => _request.Task;

    /// <summary>It is answered with the frames of this request.</summary>
    public void Answer(ServedRequest request) => _request.TrySetResult(request);

    /// <summary>It is answered with an error.</summary>
    public void Refuse(Exception reason) => _request.TrySetException(reason);
}
