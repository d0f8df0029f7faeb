using System.Net;
using System.Net.Sockets;
using Garnet;
using StackExchange.Redis;

namespace Godwit.Testing;

/// <summary>
/// The Redis servers that tests run against: embedded Garnet always, and a real Redis when <c>GODWIT_TEST_REDIS=HOST:PORT</c> names one.
/// A test opens one for itself; what another left there is gone.
/// </summary>
public sealed class RedisServers : IAsyncLifetime
{
    public const string Garnet = "garnet";
    public const string Real = "redis";

    private const string Variable = "GODWIT_TEST_REDIS";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly SemaphoreSlim _garnetIsFree = new(1, 1);
    private GarnetServer? _garnet;
    private string? _garnetAddress;

    /// <summary>Names of the servers that there are.</summary>
    public static TheoryData<string> All => RealAddress is null ? [Garnet] : [Garnet, Real];

    private static string? RealAddress => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } address ? address : null;

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Opens a server, empty, for one test alone; dispose what is returned.</summary>
    public Task<RedisServer> OpenAsync(string name = Garnet) => name == Garnet ? OpenGarnetAsync() : OpenRealAsync();

    public Task DisposeAsync()
    {
        _garnet?.Dispose();
        return Task.CompletedTask;
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<RedisServer> OpenRealAsync()
    {
        string address = RealAddress!;
        ConnectionMultiplexer admin = await ConnectionMultiplexer.ConnectAsync($"{address},allowAdmin=true");

        // Other test projects run at the same time against the same server: take turns, by a lock in a database of its own.
        IDatabase locks = admin.GetDatabase(15);
        string token = Guid.NewGuid().ToString("N");
        using CancellationTokenSource deadline = new(Patience);
        while (!await locks.LockTakeAsync("tests", token, Patience))
        {
            await Task.Delay(20, deadline.Token);
        }

        await admin.GetServers()[0].FlushDatabaseAsync(0);
        return new RedisServer(address, admin, () => locks.LockReleaseAsync("tests", token));
    }

    private async Task<RedisServer> OpenGarnetAsync()
    {
        await _garnetIsFree.WaitAsync(Patience);
        if (_garnet is null)
        {
            int port = FreePort();
            _garnet = new GarnetServer(["--bind", "127.0.0.1", "--port", $"{port}", "--memory", "64m", "--index", "8m", "--quiet"]);
            _garnet.Start();
            _garnetAddress = $"127.0.0.1:{port}";
        }

        ConnectionMultiplexer admin = await ConnectionMultiplexer.ConnectAsync($"{_garnetAddress},allowAdmin=true");
        await admin.GetServers()[0].FlushDatabaseAsync(0);
        return new RedisServer(_garnetAddress!, admin, () => Task.FromResult(_garnetIsFree.Release()));
    }
}
