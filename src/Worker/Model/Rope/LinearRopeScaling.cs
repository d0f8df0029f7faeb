namespace Godwit.Worker.Model.Rope;

/// <summary>Position interpolation (Chen et al. 2023): every angle is divided by one factor.</summary>
/// <param name="Factor">How much longer the context became.</param>
internal sealed record LinearRopeScaling(double Factor) : RopeScaling
{
    /// <inheritdoc/>
    public override void Apply(Span<double> frequencies, RotaryEmbedding rope, int servedContext)
    {
        foreach (ref double frequency in frequencies)
        {
            frequency /= Factor;
        }
    }
}
