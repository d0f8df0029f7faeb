namespace Godwit.Worker.Sampling;

/// <summary>
/// Memory that sampling one token needs, used again for the next. Belongs to one thread; holds nothing between two tokens.
/// </summary>
/// <param name="vocabularySize">Entries of a row of logits.</param>
internal sealed class SamplingWorkspace(int vocabularySize)
{
    private readonly float[] _logits = new float[vocabularySize];

    /// <summary>Entries of a row of logits.</summary>
    public int VocabularySize => _logits.Length;

    /// <summary>Weight of each id, relative to the most likely one's.</summary>
    public double[] Weights { get; } = new double[vocabularySize];

    /// <summary>Ids that may still be drawn.</summary>
    public int[] Ids { get; } = new int[vocabularySize];

    /// <summary>Chooses among them.</summary>
    public WeightSelection Selection { get; } = new();

    /// <summary>A copy of a row that the stages may change.</summary>
    public Span<float> Copy(ReadOnlySpan<float> row)
    {
        row.CopyTo(_logits);
        return _logits;
    }
}
