using System.Net;
using System.Net.Http.Json;
using Godwit.Contracts.Instances;
using Godwit.Contracts.Migration;
using Godwit.Testing;
using Godwit.Worker.Engine;
using Godwit.Worker.Migration;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Worker.Tests.Migration;

/// <summary>A whole worker in this process: real listener, real engine, a bundled model.</summary>
internal sealed class TestWorker : IAsyncDisposable
{
    public const string Model = "stories260k";
    private readonly WebApplication _app;

    private TestWorker(WebApplication app)
    {
        _app = app;
        Registration = app.Services.GetRequiredService<WorkerInstance>().Registration;
        Address = app.AddressesOf().Single();

        // By default a client that gives up an answer reads on for two seconds, in the hope of using the connection again.
        Client = new HttpClient(new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero })
        {
            BaseAddress = Address,
            Timeout = Waiting.Deadline,
        };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    /// <summary>Every step takes so long that a test is never overtaken; only the model's arithmetic is not the real one.</summary>
    public static readonly (string Key, string? Value)[] Paced = [("Worker:Model:Runner", "simulated"), ("Worker:Model:StepMs", "3,0")];

    public InstanceRegistration Registration { get; }

    public InstanceStatus Status => _app.Services.GetRequiredService<WorkerStatus>().Now;

    public EngineStatus Load => _app.Services.GetRequiredService<EngineLoop>().Status;

    public MigrationPeer Peer => new(Registration.Id, Registration.BootId, Address.ToString());

    public static async Task<TestWorker> StartAsync(string id, params (string Key, string? Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["Worker:Model:Path"] = BundledModel.Folder(Model),
            ["Worker:Model:Threads"] = "1",
            ["Worker:Listener:Port"] = "0",
            ["Worker:Instance:Id"] = id,
            ["Worker:Engine:KvBlocks"] = "400",
            ["Worker:Engine:CheckInvariants"] = "true",
        };
        foreach ((string key, string? value) in settings)
        {
            all[key] = value;
        }

        WebApplicationBuilder builder = TestHosts.Builder([.. all.Select(setting => (setting.Key, setting.Value))]);
        WebApplication app = WorkerProgram.Build(builder);
        await app.StartAsync();
        return new TestWorker(app);
    }

    /// <summary>Posts an internal call.</summary>
    public async Task<HttpStatusCode> PostAsync<T>(string path, T body, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        using HttpResponseMessage answer = await Client.PostAsJsonAsync(path, body, type);
        return answer.StatusCode;
    }

    /// <summary>Waits until nothing is held for anybody: no request, no reservation, no block.</summary>
    public async Task BecomesEmptyAsync()
    {
        using CancellationTokenSource deadline = new(Waiting.Deadline);
        while (Load is not { KvBlocksUsed: 0, RequestsRunning: 0, RequestsWaiting: 0, ReservedBlocks: 0 } || Status.Migrations > 0)
        {
            await Task.Delay(10, deadline.Token);
        }
    }

    /// <summary>Asks it to stop, as SIGTERM does, with a short time to do so.</summary>
    public async Task StopAsync()
    {
        _app.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<Microsoft.Extensions.Hosting.HostOptions>>()
            .Value.ShutdownTimeout = TimeSpan.FromSeconds(2);
        await _app.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
