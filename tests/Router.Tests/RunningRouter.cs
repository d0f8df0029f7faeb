using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Instances;
using Godwit.Contracts.Selection;
using Godwit.Router.Prediction;
using Godwit.ServiceDefaults.Instances;
using Godwit.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Router.Tests;

/// <summary>The real program on a free port, with a models folder of its own.</summary>
internal sealed class RunningRouter : IAsyncDisposable
{
    public static readonly string[] Experts = ["general", "sql", "stories"];

    /// <summary>Boot id of every instance.</summary>
    public const string Boot = "0123456789abcdef0123456789abcdef";

    private readonly WebApplication _app;
    private readonly string _folder;

    private RunningRouter(WebApplication app, string folder)
    {
        _app = app;
        _folder = folder;
        Client = new HttpClient { BaseAddress = app.AddressesOf()[0] };
    }

    public HttpClient Client { get; }

    public InstanceRegistry Registry => _app.Services.GetRequiredService<InstanceRegistry>();

    public RouterSlot Slot => _app.Services.GetRequiredService<RouterSlot>();

    private string File => Path.Combine(_folder, RouterFile.FileName);

    /// <summary>Starts one that sees one instance of each expert.</summary>
    public static async Task<RunningRouter> StartAsync(RedisServer redis, TestRouter? file, params (string Key, string? Value)[] settings)
    {
        foreach (string expert in Experts)
        {
            InstanceRegistration registration = TestInstances.Registration($"{expert}-1", expert, boot: Boot);
            await redis.BeatAsync(registration, TestInstances.Status(registration));
        }

        RunningRouter router = await StartAloneAsync(redis.Address, file, settings);
        await router.Registry.UntilAsync(snapshot => snapshot.Instances.Count == Experts.Length);
        return router;
    }

    public static async Task<RunningRouter> StartAloneAsync(string? redis, TestRouter? file, params (string Key, string? Value)[] settings)
    {
        string folder = Directory.CreateTempSubdirectory("godwit-router-").FullName;
        await System.IO.File.WriteAllTextAsync(Path.Combine(folder, "library.json"), Library());
        if (file is not null)
        {
            await System.IO.File.WriteAllBytesAsync(Path.Combine(folder, RouterFile.FileName), file.ToBytes());
        }

        WebApplication app = RouterProgram.Build(TestHosts.Builder(
        [
            ("Godwit:Cluster:Redis", redis),
            ("Router:Listener:Port", "0"),
            ("Router:Library:Folder", folder),
            ("Router:Prediction:ReloadMs", "50"),
            .. settings,
        ]));
        try
        {
            await app.StartAsync();
            return new RunningRouter(app, folder);
        }
        catch
        {
            await app.DisposeAsync();
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Puts another router file in the place of the one there.</summary>
    public void Replace(byte[] file)
    {
        string next = File + ".next";
        System.IO.File.WriteAllBytes(next, file);
        System.IO.File.Move(next, File, overwrite: true);
    }

    /// <summary>Sends a body; status and answer.</summary>
    public async Task<(int Status, JsonElement Body)> PostAsync(string body)
    {
        using StringContent content = new(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await Client.PostAsync("/select", content);
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    public async Task<SelectResponse> SelectAsync(SelectRequest request)
    {
        using HttpResponseMessage response =
            await Client.PostAsJsonAsync("/select", request, ContractsJson.Default.SelectRequest);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.SelectResponse))!;
    }

    /// <summary>The metrics family's sample with these labels.</summary>
    public async Task<double> MetricAsync(string name, params string[] labels)
    {
        MetricFamily family = PrometheusText.Parse(await Client.GetStringAsync("/metrics"))[name];
        return family.Samples.Single(sample => labels.All(label => sample.Labels.Values.Contains(label))).Value;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Library() => JsonSerializer.Serialize(new
    {
        models = Experts.Select((id, i) => new
        {
            id,
            folder = id,
            domain = id,
            parameters = 4_000_000 >> (2 * i),
            context_length = 512,
            license = "MIT",
            date = $"2026-0{i + 1}-01",
            source = "https://example.org",
        }),
    });
}
