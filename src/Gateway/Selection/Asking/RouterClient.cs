using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Frames;
using Godwit.Contracts.Selection;
using Godwit.ServiceDefaults;
using Godwit.ServiceDefaults.Cluster;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Godwit.Gateway.Selection.Asking;

/// <summary>
/// Asks the Router over connections that are kept warm, and looks now and then whether it answers: while it does not, no request waits.
/// </summary>
internal sealed partial class RouterClient : BackgroundService
{
    // A call takes well under a millisecond: so many at once are thousands a second.
    private const int MaxConnections = 8;
    private const int WarmUps = 3;
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(2);
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly Uri? _router;
    private readonly SelectionOptions _options;
    private readonly SelectionMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<RouterClient> _logger;
    private readonly HttpClient _client;
    private volatile bool _isUp;

    public RouterClient(
        IOptions<SelectionOptions> options,
        IOptions<ClusterOptions> cluster,
        SelectionMetrics metrics,
        TimeProvider time,
        ILogger<RouterClient> logger)
    {
        _options = options.Value;
        _router = _options.Router is { } address ? new Uri(address) : null;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _client = Connect(cluster.Value.Secret);
    }

    /// <summary>It answered when it was last looked at.</summary>
    public bool IsUp => _isUp;

    /// <summary>Its choice, if it makes one in time.</summary>
    public async ValueTask<RouterAnswer> AskAsync(SelectRequest request, CancellationToken cancellation)
    {
        if (!_isUp)
        {
            return new RouterAnswer.None(SelectionReasons.NoRouter);
        }

        long start = _time.GetTimestamp();
        try
        {
            // The call is left to itself when the time is up: to break it off would cost its connection.
            return await CallAsync(request).WaitAsync(TimeSpan.FromMilliseconds(_options.DeadlineMs), _time, cancellation);
        }
        catch (TimeoutException)
        {
            return new RouterAnswer.None(OwnReasons.Timeout);
        }
        finally
        {
            _metrics.Asked(_time.GetElapsedTime(start));
        }
    }

    public override void Dispose()
    {
        _client.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_router is null)
        {
            return;
        }

        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(_options.ProbeMs), _time);
        do
        {
            bool wasUp = _isUp;
            bool isUp = await LivesAsync(_router, stoppingToken) && (wasUp || await ChoosesAsync());
            if (isUp && !wasUp)
            {
                LogUp(_logger, _router);
            }
            else if (!isUp && wasUp)
            {
                LogAway(_logger, _router);
            }

            SetUp(isUp);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static HttpClient Connect(string? secret)
    {
        HttpClient client = new(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            MaxConnectionsPerServer = MaxConnections,
            ConnectTimeout = TimeSpan.FromMilliseconds(500),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
        })
        {
            DefaultRequestVersion = HttpVersion.Version11,
            Timeout = CallTimeout,
        };
        if (secret is not null)
        {
            client.DefaultRequestHeaders.Add(InternalHeaders.ClusterSecret, secret);
        }

        return client;
    }

    private void SetUp(bool isUp)
    {
        _isUp = isUp;
        _metrics.RouterIs(isUp);
    }

    private async Task<bool> LivesAsync(Uri router, CancellationToken cancellation)
    {
        try
        {
            Uri health = new(router, ServiceDefaultsExtensions.HealthPath);
            using HttpResponseMessage response = await _client.GetAsync(health, cancellation);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return false;
        }
    }

    // Whatever is done for the first time takes its time here, and not with a request; and who has just started may know nobody yet.
    private async Task<bool> ChoosesAsync()
    {
        for (int i = 0; i < WarmUps; i++)
        {
            if (await CallAsync(new SelectRequest("Hello")) is not RouterAnswer.Chosen)
            {
                return false;
            }
        }

        return true;
    }

    private async Task<RouterAnswer> CallAsync(SelectRequest request)
    {
        try
        {
            using ByteArrayContent content = new(JsonSerializer.SerializeToUtf8Bytes(request, ContractsJson.Default.SelectRequest));
            content.Headers.ContentType = Json;
            using HttpResponseMessage response = await _client.PostAsync(new Uri(_router!, SelectPaths.Select), content);
            byte[] body = await response.Content.ReadAsByteArrayAsync();
            if (response.IsSuccessStatusCode)
            {
                return JsonSerializer.Deserialize(body, ContractsJson.Default.SelectResponse) is { Model: { Length: > 0 } } chosen
                    ? new RouterAnswer.Chosen(chosen)
                    : throw new JsonException("it names no model");
            }

            // Its judgement of the request, in OpenAI's shape. Whatever else it has to say is between it and us.
            return response.StatusCode == HttpStatusCode.BadRequest
                && JsonSerializer.Deserialize(body, ContractsJson.Default.ApiErrorBody)?.Error is { } error
                    ? new RouterAnswer.Refused(error with { Status = (int)response.StatusCode })
                    : throw new JsonException($"it answered {(int)response.StatusCode}");
        }
        catch (HttpRequestException e)
        {
            // Whoever comes next need not find out for themselves.
            SetUp(false);
            LogFailed(_logger, e.Message);
            return new RouterAnswer.None(SelectionReasons.NoRouter);
        }
        catch (Exception e) when (e is JsonException or OperationCanceledException)
        {
            LogFailed(_logger, e.Message);
            return new RouterAnswer.None(OwnReasons.RouterFailed);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The Router at {Router} answers")]
    private static partial void LogUp(ILogger logger, Uri router);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The Router at {Router} does not answer; requests for 'auto' go to the generalist")]
    private static partial void LogAway(ILogger logger, Uri router);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The Router's answer could not be used: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
