namespace Godwit.Worker.Model;

/// <summary>What happens between the two products of the feed-forward part.</summary>
internal enum FeedForwardKind
{
    /// <summary>silu(gate) · up.</summary>
    GatedSilu,

    /// <summary>gelu(gate) · up, the GELU by its tanh approximation.</summary>
    GatedGelu,

    /// <summary>gelu(up), by the tanh approximation; there is no gate.</summary>
    Gelu,
}
