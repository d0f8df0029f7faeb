namespace Godwit.Worker.Model.Rope;

/// <summary>
/// YaRN (Peng et al. 2023): pairs that turn at least <see cref="BetaFast"/> times in the original context are kept, those that turn at
/// most <see cref="BetaSlow"/> times are slowed by <see cref="Factor"/>, and a ramp over the pairs lies between; attention is sharpened
/// through the amplitude of cosines and sines.
/// </summary>
/// <param name="Factor">How much longer the context became.</param>
/// <param name="AttentionFactor">The amplitude.</param>
/// <param name="BetaFast">Turns from which a pair is kept; larger than <paramref name="BetaSlow"/>.</param>
/// <param name="BetaSlow">Turns up to which a pair is slowed.</param>
/// <param name="Truncate">Whether the ends of the ramp are whole pairs.</param>
/// <param name="OriginalContextLength">Context in tokens before the stretching.</param>
internal sealed record YarnRopeScaling(
    double Factor, double AttentionFactor, double BetaFast, double BetaSlow, bool Truncate, int OriginalContextLength) : RopeScaling
{
    /// <inheritdoc/>
    public override double Amplitude => AttentionFactor;

    /// <summary>The attention factor that the paper proposes: 1 + 0.1 · m · ln(factor).</summary>
    public static double ProposedAttention(double factor, double m = 1) => factor <= 1 ? 1 : (0.1 * m * Math.Log(factor)) + 1;

    /// <inheritdoc/>
    public override void Apply(Span<double> frequencies, RotaryEmbedding rope, int servedContext)
    {
        double low = PairThatTurns(BetaFast, rope), high = PairThatTurns(BetaSlow, rope);
        if (Truncate)
        {
            (low, high) = (Math.Floor(low), Math.Ceiling(high));
        }

        (low, high) = (Math.Max(low, 0), Math.Min(high, rope.Dimensions - 1));
        double width = high > low ? high - low : 0.001;
        for (int i = 0; i < frequencies.Length; i++)
        {
            double slowed = Math.Clamp((i - low) / width, 0, 1);
            frequencies[i] = (frequencies[i] / Factor * slowed) + (frequencies[i] * (1 - slowed));
        }
    }

    // The (fractional) pair that turns so many times within the original context: L · θ^(−2i/d) = 2π · turns, solved for i.
    private double PairThatTurns(double turns, RotaryEmbedding rope) =>
        rope.Dimensions * Math.Log(OriginalContextLength / (turns * 2 * Math.PI)) / (2 * Math.Log(rope.Theta));
}
