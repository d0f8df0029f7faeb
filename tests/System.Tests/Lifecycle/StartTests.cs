using System.Net;
using System.Net.Sockets;
using Godwit.System.Tests.Processes;

namespace Godwit.System.Tests.Lifecycle;

[Collection(SharedGodwit.Collection)]
public sealed class StartTests
{
    [Fact]
    public async Task Up_PortTaken_IsOneClearLine()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using RunningGodwit godwit = RunningGodwit.Start("up", "--port", $"{port}");
        Assert.Equal(1, await godwit.WaitForExitAsync());
        Assert.Equal($"godwit: Port {port} on 127.0.0.1 is taken; choose another one with --port.", godwit.Errors);
    }

    [Fact]
    public async Task Up_UnknownKey_IsOneClearLine()
    {
        await using RunningGodwit godwit = RunningGodwit.Start("up", "--set", "Worker:Engine:MaxSequence=3");
        Assert.Equal(2, await godwit.WaitForExitAsync());
        Assert.Equal(
            "godwit: Worker:Engine:MaxSequence: there is no such key; the nearest is Worker:Engine:MaxSequences.", godwit.Errors);
    }

    [Fact]
    public async Task Up_UnknownModel_ListsThose()
    {
        await using RunningGodwit godwit = RunningGodwit.Start("up", "--workers", "gpt-5=1");
        Assert.Equal(2, await godwit.WaitForExitAsync());
        Assert.Contains("stories260k", godwit.Errors);
        Assert.Contains("babyllama", godwit.Errors);
    }

    [Fact]
    public async Task Up_BrokenModel_GivesTheReasonAndEnds()
    {
        DirectoryInfo models = Directory.CreateTempSubdirectory("godwit-broken-");
        try
        {
            File.WriteAllText(Path.Combine(models.CreateSubdirectory("broken").FullName, "config.json"), "{ not json");
            await using RunningGodwit godwit = RunningGodwit.Start("up", "--port", "0", "--models", models.FullName);
            Assert.Equal(3, await godwit.WaitForExitAsync());
            Assert.Contains("worker-1 | ", godwit.Errors);
            Assert.Contains("config.json", godwit.Errors);
            Assert.DoesNotContain("   at ", godwit.Errors);
        }
        finally
        {
            models.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Up_OtherRedis_IsUsed()
    {
        await using RunningGodwit redis = RunningGodwit.Start("serve", "redis", "--port", "0");
        string address = (await redis.LineWithAsync("ready at ")).Split("ready at ")[1];
        await using RunningGodwit godwit = await RunningGodwit.UpAsync("--redis", address, "--workers", "stories260k=1", "--separate");
        using ApiCalls api = new(godwit.Api);
        using HttpResponseMessage response = await api.CompletionAsync("stories260k", 4, stream: false);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(4, Unix.Children(godwit.ProcessId).Count);
    }

    [Fact]
    public async Task ServeWorker_Alone_ServesTheApi()
    {
        string models = Path.Combine(AppContext.BaseDirectory, "models", "stories260k");
        await using RunningGodwit worker = RunningGodwit.Start("serve", "worker", "--model", models, "--port", "0", "--threads", "1");
        Uri address = new((await worker.LineWithAsync("ready at ")).Split("ready at ")[1]);
        using ApiCalls api = new(address);
        using HttpResponseMessage response = await api.CompletionAsync("stories260k", 4, stream: false);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
