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
        Address = app.AddressesOf().Single();
        Client = new HttpClient { BaseAddress = Address, Timeout = Waiting.Deadline };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public InstanceRegistration Registration => _app.Services.GetRequiredService<WorkerInstance>().Registration;

    public InstanceStatus Status => _app.Services.GetRequiredService<WorkerStatus>().Now;

    public EngineStatus Load => _app.Services.GetRequiredService<EngineLoop>().Status;

    public MigrationPeer Peer => new(Registration.Id, Registration.BootId, Address.ToString());

    public static async Task<TestWorker> StartAsync(string id, params (string Key, string? Value)[] settings)
    {
        WebApplicationBuilder builder = TestHosts.Builder([
            ("Worker:Model:Path", BundledModel.Folder(Model)),
            ("Worker:Model:Threads", "1"),
            ("Worker:Listener:Port", "0"),
            ("Worker:Instance:Id", id),
            ("Worker:Engine:KvBlocks", "400"),
            ("Worker:Engine:CheckInvariants", "true"),
            .. settings]);
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

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
