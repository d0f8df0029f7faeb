using System.Net;
using System.Net.Sockets;

namespace Godwit.Worker.Tests.Migration;

/// <summary>Stands between two workers and does one thing wrong: at a byte of one direction it cuts the line, or flips a bit.</summary>
internal sealed class FaultyRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Uri _target;
    private readonly bool _isAnswer;
    private readonly bool _cuts;
    private readonly Task _accepting;
    private long _left;

    /// <param name="target">The destination's address.</param>
    /// <param name="isAnswer">What the destination sends is wronged, and not what the source sends.</param>
    /// <param name="at">At which byte.</param>
    /// <param name="cuts">The line is cut there; else a bit is flipped.</param>
    public FaultyRelay(Uri target, bool isAnswer, long at, bool cuts)
    {
        (_target, _isAnswer, _left, _cuts) = (target, isAnswer, at, cuts);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            _ = RelayAsync(await _listener.AcceptTcpClientAsync(_end.Token));
        }
    }

    private async Task RelayAsync(TcpClient near)
    {
        using TcpClient far = new();
        using (near)
        {
            try
            {
                await far.ConnectAsync(_target.Host, _target.Port, _end.Token);
                await Task.WhenAny(
                    PumpAsync(near.GetStream(), far.GetStream(), !_isAnswer), PumpAsync(far.GetStream(), near.GetStream(), _isAnswer));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // One side has left.
            }
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, bool isWronged)
    {
        byte[] buffer = new byte[4096];
        for (int read; (read = await from.ReadAsync(buffer, _end.Token)) > 0;)
        {
            long at = isWronged ? _left : long.MaxValue;
            _left -= isWronged ? read : 0;
            if (at >= 0 && at < read)
            {
                if (_cuts)
                {
                    await to.WriteAsync(buffer.AsMemory(0, (int)at), _end.Token);
                    return;
                }

                buffer[at] ^= 4;
            }

            await to.WriteAsync(buffer.AsMemory(0, read), _end.Token);
        }
    }
}
