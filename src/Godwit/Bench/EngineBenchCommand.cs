using System.Diagnostics;
using Godwit.Worker;
using Godwit.Worker.Model;

namespace Godwit.CommandLine.Bench;

/// <summary><c>godwit bench engine</c>: tokens per second of the engine alone, beside what the machine's memory allows.</summary>
internal static class EngineBenchCommand
{
    private const int WarmUpTokens = 16;

    /// <summary>Measures.</summary>
    /// <param name="settings">What.</param>
    /// <param name="error">Gets a line if <c>--fast</c> was asked for and changes nothing.</param>
    /// <exception cref="WorkerStartException">The model cannot be loaded, or its context is shorter than prompt and answer.</exception>
    public static async Task<EngineBenchReport> RunAsync(EngineBenchSettings settings, TextWriter error)
    {
        long start = Stopwatch.GetTimestamp();
        using MeasuredEngine engine = Load(settings);
        double loadSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        LoadedModel model = engine.Model;
        RunnerArithmetic arithmetic = RunnerArithmetic.Of(model.Runner);
        if (settings.Model.Fast && !arithmetic.IsFast)
            await error.WriteLineAsync($"godwit: {RunnerArithmetic.FastChangesNothing(model.Runner)}");
        string kvFormat = model.Runner.KvLayout.Split('/')[0];
        StepBytes bytes = StepBytes.Of(settings.Model.Path, model.Config, arithmetic.Format, kvFormat);
        double before = MemoryBandwidth.Measure();
        foreach (int streams in settings.Concurrency)
            await engine.MeasureAsync(streams, settings.PromptTokens, Math.Min(WarmUpTokens, settings.NewTokens));

        Dictionary<int, List<EngineSpeed>> rounds = settings.Concurrency.ToDictionary(streams => streams, _ => new List<EngineSpeed>());
        for (int round = 0; round < settings.Rounds; round++)
        {
            foreach (int streams in settings.Concurrency)
                rounds[streams].Add(await engine.MeasureAsync(streams, settings.PromptTokens, settings.NewTokens));
        }

        (long Private, long Files)? memory = OperatingSystem.IsLinux() ? (ProcessMemory.PrivateBytes, ProcessMemory.FileBytes) : null;
        // Before and after: what others do on the machine changes, and what it is able to is the best that was seen.
        double bandwidth = Math.Max(before, MemoryBandwidth.Measure());
        return new EngineBenchReport(
            model.Id,
            arithmetic,
            kvFormat,
            settings.Model.Threads,
            loadSeconds,
            memory,
            bandwidth,
            [.. settings.Concurrency.Select(streams => EngineBenchRun.Of(
                streams, rounds[streams], rounds.GetValueOrDefault(1), bytes, bandwidth))]);
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
