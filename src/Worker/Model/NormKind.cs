namespace Godwit.Worker.Model;

/// <summary>How activations are normalised.</summary>
internal enum NormKind
{
    /// <summary>RMSNorm: x / sqrt(mean(x²) + ε) · w.</summary>
    Rms,

    /// <summary>RMSNorm whose stored weight is the distance from one (Gemma): x / sqrt(mean(x²) + ε) · (1 + w).</summary>
    RmsAroundOne,

    /// <summary>LayerNorm: (x − mean) / sqrt(variance + ε) · w + b.</summary>
    Layer,
}
