namespace Godwit.Worker.Model.Rope;

/// <summary>A rotary position embedding (Su et al. 2021).</summary>
/// <param name="Dimensions">Entries of a head that are turned, its first; even.</param>
/// <param name="Theta">Base of the wavelengths.</param>
/// <param name="Scaling">Null for plain positions.</param>
internal sealed record RotaryEmbedding(int Dimensions, double Theta, RopeScaling? Scaling)
{
    /// <summary>Radians per position of every pair of entries.</summary>
    /// <param name="servedContext">Longest sequence in tokens that is served.</param>
    public double[] Frequencies(int servedContext)
    {
        double[] frequencies = new double[Dimensions / 2];
        for (int i = 0; i < frequencies.Length; i++)
        {
            frequencies[i] = Math.Pow(Theta, -2.0 * i / Dimensions);
        }

        Scaling?.Apply(frequencies, this, servedContext);
        return frequencies;
    }
}
