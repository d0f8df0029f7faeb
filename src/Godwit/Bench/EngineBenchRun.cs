namespace Godwit.CommandLine.Bench;

/// <summary>Medians over the rounds for one number of streams.</summary>
/// <param name="Concurrency">Streams at once.</param>
/// <param name="PrefillTokensPerSecond">See <see cref="EngineSpeed"/>.</param>
/// <param name="DecodeTokensPerSecond">See <see cref="EngineSpeed"/>.</param>
/// <param name="FloorShare">Bytes per second that decode had to read, over what the machine reads: 1 would be perfect.</param>
internal sealed record EngineBenchRun(int Concurrency, double PrefillTokensPerSecond, double DecodeTokensPerSecond, double FloorShare)
{
    /// <summary>The medians of some rounds.</summary>
    public static EngineBenchRun Of(int concurrency, IReadOnlyCollection<EngineSpeed> rounds, StepBytes bytes, double bandwidth) => new(
        concurrency,
        Median(rounds.Select(round => round.PrefillTokensPerSecond)),
        Median(rounds.Select(round => round.DecodeTokensPerSecond)),
        Median(rounds.Select(round => bytes.PerSecond(round) / bandwidth)));

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
