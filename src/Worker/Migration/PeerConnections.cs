using System.Net;
using Godwit.Contracts.Frames;
using Godwit.Contracts.Migration;
using Godwit.ServiceDefaults.Cluster;
using Microsoft.Extensions.Options;

namespace Godwit.Worker.Migration;

/// <summary>One connection to each worker that requests were moved to; if they are many, the one used longest ago is closed.</summary>
internal sealed class PeerConnections(IOptions<ClusterOptions> cluster) : IDisposable
{
    /// <summary>The protocol that the connections are upgraded to.</summary>
    public const string Protocol = "godwit-blocks/1";

    private const int Most = 64;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http = new(
        new SocketsHttpHandler { ConnectTimeout = ConnectTimeout, UseProxy = false, UseCookies = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private readonly List<(string Boot, PeerConnection Connection)> _connections = [];

    /// <summary>The connection to a worker.</summary>
    /// <exception cref="IOException">It cannot be reached, or does not speak the protocol.</exception>
    public async Task<PeerConnection> ConnectAsync(MigrationPeer peer, CancellationToken cancel)
    {
        await _connecting.WaitAsync(cancel);
        try
        {
            int known = _connections.FindIndex(entry => entry.Boot == peer.BootId);
            if (known >= 0)
            {
                (string, PeerConnection Connection) entry = _connections[known];
                _connections.RemoveAt(known);
                if (!entry.Connection.IsBroken)
                {
                    _connections.Add(entry);
                    return entry.Connection;
                }
            }

            PeerConnection opened = await OpenAsync(peer, cancel);
            _connections.Add((peer.BootId, opened));
            if (_connections.Count > Most)
            {
                _connections[0].Connection.Break();
                _connections.RemoveAt(0);
            }

            return opened;
        }
        finally
        {
            _connecting.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((_, PeerConnection connection) in _connections)
        {
            connection.Dispose();
        }

        _http.Dispose();
        _connecting.Dispose();
    }

    private async Task<PeerConnection> OpenAsync(MigrationPeer peer, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(peer.Address), InternalPaths.Blocks))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.ParseAdd(Protocol);
        if (cluster.Value.Secret is { } secret)
        {
            request.Headers.TryAddWithoutValidation(InternalHeaders.ClusterSecret, secret);
        }

        try
        {
            HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (response.StatusCode != HttpStatusCode.SwitchingProtocols)
            {
                using (response)
                {
                    throw new IOException($"{peer.Id} answered {(int)response.StatusCode} instead of {Protocol}.");
                }
            }

            // The response lives as long as the connection, which disposes its stream.
            var connection = new PeerConnection(await response.Content.ReadAsStreamAsync(cancel));
            _ = connection.ReadAsync();
            return connection;
        }
        catch (HttpRequestException error)
        {
            throw new IOException($"{peer.Id} cannot be reached: {error.Message}", error);
        }
    }
}
