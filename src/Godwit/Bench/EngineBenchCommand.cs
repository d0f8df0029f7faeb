using Godwit.Worker;
using Godwit.Worker.Model;

namespace Godwit.CommandLine.Bench;

/// <summary><c>godwit bench engine</c>: tokens per second of the engine alone, beside what the machine's memory allows.</summary>
internal static class EngineBenchCommand
{
    private const int WarmUpTokens = 16;

    // Weights that a runner reads as they are stored have the name of their format in the name of its arithmetic.
    private static readonly string[] s_formats = ["f32", "bf16", "int8"];

    /// <summary>Measures.</summary>
    /// <exception cref="WorkerStartException">The model cannot be loaded, or its context is shorter than prompt and answer.</exception>
    public static async Task<EngineBenchReport> RunAsync(EngineBenchSettings settings)
    {
        using MeasuredEngine engine = Load(settings);
        LoadedModel model = engine.Model;
        string format = model.Runner.NumericsId.Split('/').First(s_formats.Contains);
        string kvFormat = model.Runner.KvLayout.Split('/')[0];
        StepBytes bytes = StepBytes.Of(settings.Model.Path, model.Config, format, kvFormat);
        double before = MemoryBandwidth.Measure();
        foreach (int streams in settings.Concurrency)
            await engine.MeasureAsync(streams, settings.PromptTokens, Math.Min(WarmUpTokens, settings.NewTokens));

        Dictionary<int, List<EngineSpeed>> rounds = settings.Concurrency.ToDictionary(streams => streams, _ => new List<EngineSpeed>());
        for (int round = 0; round < settings.Rounds; round++)
        {
            foreach (int streams in settings.Concurrency)
                rounds[streams].Add(await engine.MeasureAsync(streams, settings.PromptTokens, settings.NewTokens));
        }

        // Before and after: what others do on the machine changes, and what it is able to is the best that was seen.
        double bandwidth = Math.Max(before, MemoryBandwidth.Measure());
        return new EngineBenchReport(
            model.Id,
            format,
            kvFormat,
            settings.Model.Fast ? "fast" : "exact",
            settings.Model.Threads,
            bandwidth,
            [.. settings.Concurrency.Select(streams => EngineBenchRun.Of(streams, rounds[streams], bytes, bandwidth))]);
    }

    private static MeasuredEngine Load(EngineBenchSettings settings)
    {
        try
        {
            return MeasuredEngine.Load(settings.Model, settings.Concurrency.Max(), settings.PromptTokens + settings.NewTokens);
        }
        catch (ModelLoadException error)
        {
            throw new WorkerStartException(error.Message, error);
        }
    }
}
