namespace Godwit.Worker.Model.Rope;

/// <summary>How rotary positions are stretched beyond the context that a model was first trained on.</summary>
internal abstract record RopeScaling
{
    /// <summary>What cosines and sines are multiplied by.</summary>
    public virtual double Amplitude => 1;

    /// <summary>Changes the angles per position.</summary>
    /// <param name="frequencies">Per pair, radians per position; plain on entry, pair i turning θ^(−2i/d) per position.</param>
    /// <param name="rope">The embedding that is scaled.</param>
    /// <param name="servedContext">Longest sequence in tokens that is served.</param>
    public abstract void Apply(Span<double> frequencies, RotaryEmbedding rope, int servedContext);

    /// <summary>Names what the result depends on besides the configuration; empty for nothing.</summary>
    public virtual string Variant(int servedContext) => "";
}
