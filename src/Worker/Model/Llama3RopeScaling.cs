namespace Godwit.Worker.Model;

/// <summary>
/// How Llama 3 stretches rotary positions: wavelengths longer than the original context ÷ <see cref="LowFreqFactor"/> are slowed by
/// <see cref="Factor"/>, shorter than the original context ÷ <see cref="HighFreqFactor"/> are kept, and between them it is blended.
/// </summary>
/// <param name="Factor">How much longer the context became.</param>
/// <param name="LowFreqFactor">Bound of the slowed wavelengths; smaller than <paramref name="HighFreqFactor"/>.</param>
/// <param name="HighFreqFactor">Bound of the kept wavelengths.</param>
/// <param name="OriginalContextLength">Context in tokens before the stretching.</param>
internal sealed record Llama3RopeScaling(double Factor, double LowFreqFactor, double HighFreqFactor, int OriginalContextLength);
