using System.Net;
using System.Net.Sockets;

namespace Godwit.Testing;

/// <summary>Stands between a program and its Redis, and can cut the line: the only way to take a server away that others use too.</summary>
public sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _host;
    private readonly int _port;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private CancellationTokenSource _cut = new();
    private volatile bool _isCut;

    public TcpRelay(string target)
    {
        string[] parts = target.Split(':');
        (_host, _port) = (parts[0], int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Breaks every connection, and takes no new one.</summary>
    public void Cut()
    {
        _isCut = true;
        _cut.Cancel();
    }

    /// <summary>Takes connections again.</summary>
    public void Mend()
    {
        _cut = new CancellationTokenSource();
        _isCut = false;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            TcpClient client = await _listener.AcceptTcpClientAsync(_end.Token);
            if (_isCut)
            {
                client.Dispose();
            }
            else
            {
                _ = RelayAsync(client, _cut.Token);
            }
        }
    }

    private async Task RelayAsync(TcpClient client, CancellationToken cut)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cut, _end.Token);
        using TcpClient server = new();
        using (client)
        {
            try
            {
                await server.ConnectAsync(_host, _port, over.Token);
                NetworkStream near = client.GetStream();
                NetworkStream far = server.GetStream();
                await Task.WhenAny(near.CopyToAsync(far, over.Token), far.CopyToAsync(near, over.Token));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // One side has left.
            }
        }
    }
}
