namespace Godwit.Worker.Model.Rope;

/// <summary>
/// How Llama 3 stretches rotary positions: wavelengths longer than the original context ÷ <see cref="LowFreqFactor"/> are slowed by
/// <see cref="Factor"/>, shorter than the original context ÷ <see cref="HighFreqFactor"/> are kept, and between them it is blended.
/// </summary>
/// <param name="Factor">How much longer the context became.</param>
/// <param name="LowFreqFactor">Bound of the slowed wavelengths; smaller than <paramref name="HighFreqFactor"/>.</param>
/// <param name="HighFreqFactor">Bound of the kept wavelengths.</param>
/// <param name="OriginalContextLength">Context in tokens before the stretching.</param>
internal sealed record Llama3RopeScaling(double Factor, double LowFreqFactor, double HighFreqFactor, int OriginalContextLength) : RopeScaling
{
    /// <inheritdoc/>
    public override void Apply(Span<double> frequencies, RotaryEmbedding rope, int servedContext)
    {
        foreach (ref double frequency in frequencies)
        {
            double turns = OriginalContextLength * frequency / (2 * Math.PI);
            double kept = Math.Clamp((turns - LowFreqFactor) / (HighFreqFactor - LowFreqFactor), 0, 1);
            frequency = ((1 - kept) * frequency / Factor) + (kept * frequency);
        }
    }
}
