namespace Godwit.CommandLine.RandomModels;

/// <summary>A tensor whose values follow from a seed and its name: noise for a matrix, ones for a norm.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its dimensions, outermost first.</param>
internal sealed record RandomTensor(string Name, IReadOnlyList<long> Shape)
{
    private const ushort BrainFloatOne = 0x3F80;

    /// <summary>Number of its values.</summary>
    public long Elements => Shape.Aggregate(1L, (product, dimension) => product * dimension);

    /// <summary>Writes its values from one on, as bfloat16.</summary>
    /// <param name="seed">Seed of the model.</param>
    /// <param name="first">Index of the first value.</param>
    /// <param name="values">Gets as many as it holds.</param>
    public void Fill(long seed, long first, Span<ushort> values)
    {
        if (Shape.Count == 1)
            values.Fill(BrainFloatOne);
        else
            new WeightNoise(seed, Name).Fill(first, values);
    }
}
