namespace Godwit.Worker.Model.Rope;

/// <summary>
/// LongRoPE (Ding et al. 2024) as Phi-3 uses it: every pair has a divisor of its own, one set for sequences within the original context
/// and one for longer ones. Which set is used is decided once, by the context that is served, and not by a sequence's length so far: keys
/// in the cache were turned when the sequence was shorter, and would have to be turned again when it grows past the border.
/// </summary>
/// <param name="ShortFactors">Divisors when no more than the original context is served, one per pair.</param>
/// <param name="LongFactors">Divisors when more is served, one per pair.</param>
/// <param name="AttentionFactor">The amplitude.</param>
/// <param name="OriginalContextLength">Context in tokens before the stretching.</param>
internal sealed record LongRopeScaling(
    IReadOnlyList<double> ShortFactors, IReadOnlyList<double> LongFactors, double AttentionFactor, int OriginalContextLength) : RopeScaling
{
    /// <inheritdoc/>
    public override double Amplitude => AttentionFactor;

    /// <inheritdoc/>
    public override void Apply(Span<double> frequencies, RotaryEmbedding rope, int servedContext)
    {
        IReadOnlyList<double> factors = IsLong(servedContext) ? LongFactors : ShortFactors;
        for (int i = 0; i < frequencies.Length; i++)
        {
            frequencies[i] /= factors[i];
        }
    }

    /// <inheritdoc/>
    public override string Variant(int servedContext) => IsLong(servedContext) ? "rope-long" : "rope-short";

    private bool IsLong(int servedContext) => servedContext > OriginalContextLength;
}
