namespace Godwit.Scheduler.Simulation.Workloads;

/// <summary>
/// The Llumnix paper's Short, Medium and Long (scheduler.md §2): Zipf over the ranks 1 to twice the mean less one, scaled so that the
/// sample has the mean, rounded up, cut.
/// </summary>
/// <param name="mean">Mean in tokens.</param>
/// <param name="exponent">Exponent of the law.</param>
internal sealed class ZipfLengths(int mean, double exponent) : ILengths
{
    /// <summary>Where lengths are cut.</summary>
    public const int Most = 6144;

    /// <summary>Mean 128.</summary>
    public static ZipfLengths Short { get; } = new(128, 2.0);

    /// <summary>Mean 256.</summary>
    public static ZipfLengths Medium { get; } = new(256, 1.5);

    /// <summary>Mean 512.</summary>
    public static ZipfLengths Long { get; } = new(512, 1.15);

    /// <inheritdoc/>
    public int[] Draw(int count, SplitMix random)
    {
        double[] upTo = new double[(2 * mean) - 1];
        double sum = 0;
        for (int rank = 1; rank <= upTo.Length; rank++)
        {
            upTo[rank - 1] = sum += Math.Pow(rank, -exponent);
        }

        double[] ranks = new double[count];
        for (int i = 0; i < count; i++)
        {
            int at = Array.BinarySearch(upTo, random.Uniform() * sum);
            ranks[i] = Math.Min(at < 0 ? ~at : at, upTo.Length - 1) + 1;
        }

        double scale = count == 0 ? 1 : mean / ranks.Average();
        return [.. ranks.Select(rank => Math.Min(Most, (int)Math.Ceiling(rank * scale)))];
    }
}
