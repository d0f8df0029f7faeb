using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Godwit.ServiceDefaults.Redis;

/// <summary>
/// One multiplexer to Redis that connects in the background and never stands in the way: every call has a short deadline, and while
/// Redis is away calls fail at once (<see cref="IsUnavailable"/>), so that the program goes on with what it knows.
/// </summary>
public sealed partial class RedisConnection : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(300);
    private readonly Task<ConnectionMultiplexer> _connecting;

    /// <summary>Begins to connect.</summary>
    /// <param name="address"><c>HOST:PORT</c>.</param>
    /// <param name="client">Name shown by Redis' <c>CLIENT LIST</c>.</param>
    /// <param name="logger">Where connects and disconnects are logged.</param>
    public RedisConnection(string address, string client, ILogger<RedisConnection> logger)
    {
        ConfigurationOptions options = new()
        {
            EndPoints = { address },
            ClientName = client,
            AbortOnConnectFail = false,
            ConnectTimeout = 1000,
            AsyncTimeout = (int)Deadline.TotalMilliseconds,
            SyncTimeout = (int)Deadline.TotalMilliseconds,
            ReconnectRetryPolicy = new LinearRetry(250),
            // A call queued while Redis is away would report a past load, or hold its caller: better it fails now.
            BacklogPolicy = BacklogPolicy.FailFast,
            KeepAlive = 5,
            HeartbeatInterval = TimeSpan.FromMilliseconds(250),
        };
        _connecting = Task.Run(() => ConnectAsync(options, address, logger));
    }

    /// <summary>The error says that Redis did not answer (in time), not that the call was wrong.</summary>
    public static bool IsUnavailable(Exception error) =>
        error is RedisException or RedisCommandException or TimeoutException or ObjectDisposedException;

    /// <summary>Runs one call, at most 300 ms.</summary>
    /// <exception cref="TimeoutException">No answer in time, or not connected yet.</exception>
    /// <exception cref="RedisException">Redis is away or refused the call.</exception>
    public async Task<T> CallAsync<T>(Func<IDatabase, Task<T>> call, CancellationToken cancellation)
    {
        ConnectionMultiplexer multiplexer = await _connecting.WaitAsync(Deadline, cancellation);
        return await call(multiplexer.GetDatabase()).WaitAsync(Deadline, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            ConnectionMultiplexer multiplexer = await _connecting;
            await multiplexer.CloseAsync(allowCommandsToComplete: false);
            await multiplexer.DisposeAsync();
        }
        catch (RedisException)
        {
            // It never connected.
        }
    }

    private static async Task<ConnectionMultiplexer> ConnectAsync(ConfigurationOptions options, string address, ILogger logger)
    {
        ConnectionMultiplexer multiplexer = await ConnectionMultiplexer.ConnectAsync(options);
        multiplexer.ConnectionFailed += (_, e) => LogLost(logger, address, e.FailureType);
        multiplexer.ConnectionRestored += (_, _) => LogRestored(logger, address);
        if (!multiplexer.IsConnected)
        {
            LogAway(logger, address);
        }

        return multiplexer;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis at {Address} does not answer yet; trying on")]
    private static partial void LogAway(ILogger logger, string address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Lost Redis at {Address} ({Failure}); going on with what is known")]
    private static partial void LogLost(ILogger logger, string address, ConnectionFailureType failure);

    [LoggerMessage(Level = LogLevel.Information, Message = "Redis at {Address} is back")]
    private static partial void LogRestored(ILogger logger, string address);
}
