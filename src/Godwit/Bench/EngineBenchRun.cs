namespace Godwit.CommandLine.Bench;

/// <summary>Medians over the rounds for one number of streams.</summary>
/// <param name="Concurrency">Streams at once.</param>
/// <param name="PrefillTokensPerSecond">See <see cref="EngineSpeed"/>.</param>
/// <param name="DecodeTokensPerSecond">See <see cref="EngineSpeed"/>.</param>
/// <param name="FloorShare">Bytes per second that decode had to read, over what the machine reads: 1 would be perfect.</param>
/// <param name="TimesOneStream">Decode over that of one stream in the same round; null where one stream was not measured.</param>
internal sealed record EngineBenchRun(
    int Concurrency, double PrefillTokensPerSecond, double DecodeTokensPerSecond, double FloorShare, double? TimesOneStream)
{
    /// <summary>The medians of some rounds.</summary>
    /// <param name="concurrency">Streams at once.</param>
    /// <param name="rounds">Their speed in each round.</param>
    /// <param name="oneStream">That of one stream in the same rounds; null where it was not measured.</param>
    /// <param name="bytes">Bytes of a step.</param>
    /// <param name="bandwidth">Bytes per second that the machine reads.</param>
    public static EngineBenchRun Of(
        int concurrency,
        IReadOnlyList<EngineSpeed> rounds,
        IReadOnlyList<EngineSpeed>? oneStream,
        StepBytes bytes,
        double bandwidth) => new(
        concurrency,
        Median(rounds.Select(round => round.PrefillTokensPerSecond)),
        Median(rounds.Select(round => round.DecodeTokensPerSecond)),
        Median(rounds.Select(round => bytes.PerSecond(round) / bandwidth)),
        oneStream is null ? null : Median(rounds.Zip(oneStream, (many, one) => many.DecodeTokensPerSecond / one.DecodeTokensPerSecond)));

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
