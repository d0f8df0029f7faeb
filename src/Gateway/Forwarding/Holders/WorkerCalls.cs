using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Frames;
using Godwit.Contracts.Migration;
using Godwit.ServiceDefaults.Cluster;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Godwit.Gateway.Forwarding.Holders;

/// <summary>
/// Tells workers what became of the requests that they hold. Nobody waits for an answer: what is lost for good is made up for by the
/// worker's own deadline, which runs out without acknowledgements (DESIGN §5.2).
/// </summary>
internal sealed partial class WorkerCalls : IAsyncDisposable
{
    private static readonly AckReply Nothing = new([]);

    // After that the worker's deadline has run out too.
    private static readonly TimeSpan RetryFor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastOrders = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _acks;
    private readonly HttpClient _orders;
    private readonly TimeProvider _time;
    private readonly ILogger<WorkerCalls> _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _running = [];

    public WorkerCalls(
        IOptions<ForwardingOptions> options, IOptions<ClusterOptions> cluster, TimeProvider time, ILogger<WorkerCalls> logger)
    {
        // One warm connection per worker for what is sent all the time; orders must not wait behind it.
        _acks = Connect(1, options.Value.ConnectTimeoutMs, cluster.Value.Secret);
        _orders = Connect(16, options.Value.ConnectTimeoutMs, cluster.Value.Secret);
        _time = time;
        _logger = logger;
    }

    /// <summary>Says what we have of all our requests at a worker; null when it gave no answer.</summary>
    public async Task<AckReply?> AcknowledgeAsync(MigrationPeer worker, AckBatch batch, CancellationToken cancellation)
    {
        using CancellationTokenSource deadline = new(CallTimeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            using HttpResponseMessage response = await _acks.PostAsJsonAsync(
                new Uri(new Uri(worker.Address), InternalPaths.Acks), batch, ContractsJson.Default.AckBatch, either.Token);
            AckReply? reply = response.IsSuccessStatusCode
                ? await response.Content.ReadFromJsonAsync(ContractsJson.Default.AckReply, either.Token)
                : null;

            // A worker that answers without naming any is one of another version: it lives, and that is all that it says.
            return reply is { Unknown: not null } ? reply : Nothing;
        }
        catch (JsonException)
        {
            return Nothing;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Tells a worker to forget a request, in the background.</summary>
    /// <param name="path"><see cref="InternalPaths.Release"/> or <see cref="InternalPaths.Cancel"/>.</param>
    /// <param name="instance">The worker.</param>
    /// <param name="order">Request and epoch.</param>
    public void Order(string path, MigrationPeer instance, RequestEpoch order)
    {
        Task sending = SendAsync(path, instance, order);
        if (!sending.IsCompleted && _running.TryAdd(sending, true))
        {
            _ = sending.ContinueWith(
                done => _running.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Who was served to the end of this Gateway's life shall not wait for the workers' deadline.
        _stop.CancelAfter(LastOrders);
        await Task.WhenAll(_running.Keys);
        _acks.Dispose();
        _orders.Dispose();
        _stop.Dispose();
    }

    private static HttpClient Connect(int connections, int connectTimeoutMs, string? secret)
    {
        HttpClient client = new(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            MaxConnectionsPerServer = connections,
            ConnectTimeout = TimeSpan.FromMilliseconds(connectTimeoutMs),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        })
        {
            DefaultRequestVersion = HttpVersion.Version11,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (secret is not null)
        {
            client.DefaultRequestHeaders.Add(InternalHeaders.ClusterSecret, secret);
        }

        return client;
    }

    private async Task SendAsync(string path, MigrationPeer instance, RequestEpoch order)
    {
        long start = _time.GetTimestamp();
        TimeSpan pause = FirstPause;
        try
        {
            while (!await TrySendAsync(path, instance, order))
            {
                if (_time.GetElapsedTime(start) + pause > RetryFor)
                {
                    LogUndelivered(_logger, path, order.Request, order.Epoch, instance.Id);
                    return;
                }

                await Task.Delay(pause, _time, _stop.Token);
                pause *= 2;
            }
        }
        catch (OperationCanceledException)
        {
            // This Gateway stops.
        }
    }

    /// <summary>False when the worker may not have heard it. Any answer of its own settles it, also that it has no such request.</summary>
    private async Task<bool> TrySendAsync(string path, MigrationPeer instance, RequestEpoch order)
    {
        using CancellationTokenSource deadline = new(CallTimeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stop.Token);
        try
        {
            using HttpResponseMessage response = await _orders.PostAsJsonAsync(
                new Uri(new Uri(instance.Address), path), order, ContractsJson.Default.RequestEpoch, either.Token);
            return (int)response.StatusCode < 500;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !_stop.IsCancellationRequested))
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Path} of request {Request}, epoch {Epoch}, did not reach instance {Instance}")]
    private static partial void LogUndelivered(ILogger logger, string path, string request, int epoch, string instance);
}
