using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Godwit.CommandLine.Hosting;
using Godwit.Contracts;
using Godwit.Contracts.Instances;
using Godwit.Contracts.Redis;
using Godwit.Contracts.Selection;
using Godwit.Router;
using Godwit.Router.Features;
using Godwit.Router.Prediction;
using Godwit.Router.Selection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Godwit.Bench.Selection;

/// <summary>
/// What a selection costs: processor time of the features alone and of the whole of it in process, which is all on the calling thread,
/// and how long a call takes over one warm connection on loopback. For prompts of several kinds, with the real router file and an
/// instance in the registry for each expert that it knows.
/// </summary>
internal static class RouterBench
{
    private const int WarmUp = 2000;
    private const int Calls = 5000;
    private const int Long = 20_000;

    private static readonly Option<string> s_library = new("--library")
    {
        Description = "Folder with library.json and router.onnx.",
        DefaultValueFactory = _ => "models",
    };

    public static Command Command()
    {
        Command command = new("router", "What a selection costs at the Router.") { s_library };
        command.SetAction((result, cancellation) => RunAsync(Path.GetFullPath(result.GetValue(s_library)!), cancellation));
        return command;
    }

    private static async Task RunAsync(string library, CancellationToken cancellation)
    {
        FeatureSpec spec;
        string[] experts;
        using (RouterModel router = RouterFile.Read(Path.Combine(library, RouterFile.FileName)))
        {
            spec = router.Manifest.Features;
            experts = [.. router.Manifest.Experts.Select(expert => expert.Id)];
        }

        int port = new PortChoice(PortChoice.CanBind).From(global::System.Net.IPAddress.Loopback, 7500);
        using EmbeddedRedis redis = EmbeddedRedis.Start("127.0.0.1", port);
        await RegisterAsync($"127.0.0.1:{port}", experts);
        await using WebApplication program = await StartAsync($"127.0.0.1:{port}", library, cancellation);
        Selector selector = program.Services.GetRequiredService<Selector>();
        while (selector.Select(new SelectRequest("")).Response is not { Fallbacks.Count: var others } || others + 1 < experts.Length)
        {
            await Task.Delay(50, cancellation);
        }

        using HttpClient client = new() { BaseAddress = new Uri(program.Urls.First()) };
        Console.WriteLine($"{experts.Length} experts; microseconds, p50 / p99 of {Calls}");
        Console.WriteLine("| prompt | features | selection, in process | call over HTTP |");
        Console.WriteLine("|---|---|---|---|");
        foreach ((string name, string prompt) in Prompts())
        {
            SelectRequest request = new(prompt);
            List<double> features = MeasureFeatures(prompt, spec);
            List<double> inProcess = Measure(() => selector.Select(request));
            List<double> overHttp = await MeasureAsync(client, request, cancellation);
            Console.WriteLine($"| {name} | {Say(features)} | {Say(inProcess)} | {Say(overHttp)} |");
        }

        await program.StopAsync(cancellation);
    }

    private static (string Name, string Prompt)[] Prompts()
    {
        const string Question = "Write a query that lists the name of each customer and the total of their orders in the last month. ";
        return
        [
            ("100 characters", Question),
            ("600 characters", Repeat("The tenant shall pay rent no later than day 5; see clause 12(b), as amended in 2019. ", 600)),
            ("3,000 characters", Repeat("In 1803 a doctor noted fever, cough and a pulse of 104 beats; see table 7 for the doses given. ", 3000)),
            ("20,000 symbols", Repeat("!?#$%&/()=", Long)),
            ("20,000 Chinese characters", Repeat("今日は良い天気です。", Long)),
            ("20,000 characters of flags", Repeat("[Flag: small][flag: unknown=1,", Long)),
            ("20,000 open brackets", new string('[', Long)),
            ("20,000 spaces", new string(' ', Long)),
        ];
    }

    private static string Repeat(string text, int length) =>
        string.Concat(Enumerable.Range(0, (length / text.Length) + 1).Select(i => text.Replace("12", $"{i}", StringComparison.Ordinal)))[..length];

    private static List<double> MeasureFeatures(string prompt, FeatureSpec spec)
    {
        long[] ids = new long[spec.MaxSlots];
        float[] weights = new float[spec.MaxSlots];
        return Measure(() => PromptFeatures.Compute(prompt, spec, ids, weights));
    }

    private static List<double> Measure<T>(Func<T> run)
    {
        List<double> times = new(Calls);
        for (int i = 0; i < WarmUp + Calls; i++)
        {
            double start = ThreadTime.Microseconds;
            run();
            if (i >= WarmUp)
            {
                times.Add(ThreadTime.Microseconds - start);
            }
        }

        return times;
    }

    private static async Task<List<double>> MeasureAsync(HttpClient client, SelectRequest request, CancellationToken cancellation)
    {
        List<double> times = new(Calls);
        for (int i = 0; i < WarmUp + Calls; i++)
        {
            long start = Stopwatch.GetTimestamp();
            using HttpResponseMessage response =
                await client.PostAsJsonAsync(SelectPaths.Select, request, ContractsJson.Default.SelectRequest, cancellation);
            response.EnsureSuccessStatusCode();
            await response.Content.ReadFromJsonAsync(ContractsJson.Default.SelectResponse, cancellation);
            if (i >= WarmUp)
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }
        }

        return times;
    }

    private static string Say(List<double> times) => $"{times.Median():F0} / {times.Quantile(0.99):F0}";

    private static async Task RegisterAsync(string redis, string[] experts)
    {
        await using ConnectionMultiplexer writer = await ConnectionMultiplexer.ConnectAsync(redis);
        IDatabase database = writer.GetDatabase();
        foreach (string expert in experts)
        {
            InstanceRegistration registration = new(
                $"{expert}-1", $"{1:x32}", "http://127.0.0.1:9", expert, 0, new string('a', 64), "cpu", "f32", 8192, 16, 4096, 64);
            InstanceStatus status = new(registration.BootId, 1, InstanceState.Ready, 0, 4096, 0, 0, 0);
            await database.HashSetAsync(
                RedisKeys.Instances, registration.Id, JsonSerializer.SerializeToUtf8Bytes(registration, ContractsJson.Default.InstanceRegistration));
            await database.StringSetAsync(
                RedisKeys.InstanceLease(registration.Id),
                JsonSerializer.SerializeToUtf8Bytes(status, ContractsJson.Default.InstanceStatus),
                TimeSpan.FromHours(1));
        }
    }

    private static Task<WebApplication> StartAsync(string redis, string library, CancellationToken cancellation)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Godwit:Cluster:Redis"] = redis,
            // Nobody answers for these instances when a busy machine delays a reading of Redis.
            ["Godwit:Registry:LeaseMs"] = "60000",
            ["Router:Listener:Port"] = "0",
            ["Router:Library:Folder"] = library,
            ["Logging:LogLevel:Default"] = "Error",
        }).Build();
        return ProgramHost.StartAsync(RouterProgram.Build, configuration, cancellation);
    }
}
