using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Threading.Channels;
using Godwit.Contracts;
using Godwit.Contracts.Dispatch;
using Godwit.Contracts.Frames;
using Godwit.Gateway.Admin;
using Godwit.ServiceDefaults.Cluster;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Godwit.Gateway.Dispatch;

/// <summary>
/// Asks the leading Scheduler over one warm connection. While a call is under way the next requests queue up and go out together in the next
/// call, so that a burst costs few round trips. A request that has waited for its deadline goes on without an answer.
/// </summary>
internal sealed partial class DispatchClient : BackgroundService
{
    private const int MaxBatch = 256;
    private readonly Channel<Pending> _queue = Channel.CreateUnbounded<Pending>();
    private readonly DispatchClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<DispatchClient> _logger;
    private readonly SchedulerLocator _scheduler;
    private readonly HttpClient _client;
    private bool _away;

    public DispatchClient(
        SchedulerLocator scheduler,
        IOptions<DispatchClientOptions> options,
        IOptions<ClusterOptions> cluster,
        TimeProvider time,
        ILogger<DispatchClient> logger)
    {
        _scheduler = scheduler;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _client = Connect(_options.CallTimeoutMs, cluster.Value.Secret);
    }

    /// <summary>There is a Scheduler to ask.</summary>
    public bool IsConfigured => _scheduler.Current is not null;

    /// <summary>Requests that go out with the next call.</summary>
    public int Queued => _queue.Reader.Count;

    /// <summary>The Scheduler's decision, or null when it gave none in time.</summary>
    public async ValueTask<DispatchDecision?> AskAsync(DispatchItem item, CancellationToken cancellation)
    {
        if (_scheduler.Current is null)
        {
            return null;
        }

        Pending pending = new(item);
        if (!_queue.Writer.TryWrite(pending))
        {
            return null;
        }

        try
        {
            return await pending.Answer.Task.WaitAsync(TimeSpan.FromMilliseconds(_options.DeadlineMs), _time, cancellation);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            // Still in the queue, it must not be asked for any more: a decision nobody follows would only count as load.
            pending.Abandoned = true;
        }
    }

    public override void Dispose()
    {
        _client.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<Pending> batch = new(MaxBatch);
        while (await _queue.Reader.WaitToReadAsync(stoppingToken))
        {
            batch.Clear();
            while (batch.Count < MaxBatch && _queue.Reader.TryRead(out Pending? pending))
            {
                if (!pending.Abandoned)
                {
                    batch.Add(pending);
                }
            }

            if (batch.Count > 0)
            {
                await AskAsync(batch, stoppingToken);
            }
        }
    }

    private static HttpClient Connect(int timeoutMs, string? secret)
    {
        TimeSpan timeout = TimeSpan.FromMilliseconds(timeoutMs);
        HttpClient client = new(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            MaxConnectionsPerServer = 1,
            ConnectTimeout = timeout,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
        })
        {
            DefaultRequestVersion = HttpVersion.Version11,
            Timeout = timeout,
        };
        if (secret is not null)
        {
            client.DefaultRequestHeaders.Add(InternalHeaders.ClusterSecret, secret);
        }

        return client;
    }

    private async Task AskAsync(List<Pending> batch, CancellationToken cancellation)
    {
        DispatchResponse? answer = await CallAsync(new DispatchRequest([.. batch.Select(pending => pending.Item)]), cancellation);
        for (int i = 0; i < batch.Count; i++)
        {
            batch[i].Answer.TrySetResult(answer?.Decisions[i]);
        }
    }

    private async Task<DispatchResponse?> CallAsync(DispatchRequest request, CancellationToken cancellation)
    {
        try
        {
            Uri dispatch = new(_scheduler.Current ?? throw new HttpRequestException("none is known"), "/dispatch");
            using HttpResponseMessage response =
                await _client.PostAsJsonAsync(dispatch, request, ContractsJson.Default.DispatchRequest, cancellation);
            response.EnsureSuccessStatusCode();
            DispatchResponse? answer =
                await response.Content.ReadFromJsonAsync(ContractsJson.Default.DispatchResponse, cancellation);
            if (answer?.Decisions?.Count != request.Requests.Count)
            {
                throw new JsonException("It answered another number of requests than were asked.");
            }

            if (_away)
            {
                _away = false;
                LogBack(_logger);
            }

            return answer;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException
            || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            if (!_away)
            {
                _away = true;
                LogAway(_logger, e.Message);
            }

            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The Scheduler does not answer ({Reason}); choosing instances without it")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The Scheduler answers again")]
    private static partial void LogBack(ILogger logger);

    private sealed class Pending(DispatchItem item)
    {
        private volatile bool _abandoned;

        public DispatchItem Item { get; } = item;

        public TaskCompletionSource<DispatchDecision?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Abandoned
        {
            get => _abandoned;
            set => _abandoned = value;
        }
    }
}
