namespace Godwit.Worker.Migration.Wire;

/// <summary>A connection between two workers: whole frames, from any thread.</summary>
/// <param name="stream">The bytes, both ways.</param>
internal sealed class WireConnection(Stream stream) : IDisposable
{
    private readonly SemaphoreSlim _sending = new(1, 1);

    /// <summary>Sends a frame: all of it, once it has begun, because others follow on the same connection.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancel)
    {
        await _sending.WaitAsync(cancel);
        try
        {
            await stream.WriteAsync(frame, CancellationToken.None);
            await stream.FlushAsync(CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Sends a frame on the caller's own thread.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public void Send(ReadOnlySpan<byte> frame, CancellationToken cancel)
    {
        _sending.Wait(cancel);
        try
        {
            stream.Write(frame);
            stream.Flush();
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>The next frame; null when the peer has closed the connection.</summary>
    public ValueTask<WireFrame?> ReadAsync(CancellationToken cancel) => WireFrame.ReadAsync(stream, cancel);

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
