namespace Godwit.Training.Experts.Network;

/// <summary>Dimensions of an expert, a decoder of the Llama architecture whose output projection is its embedding.</summary>
/// <param name="Vocabulary">Tokens.</param>
/// <param name="Hidden">Width of the residual stream.</param>
/// <param name="Layers">Layers.</param>
/// <param name="Heads">Attention heads; each has its own keys and values.</param>
/// <param name="FeedForward">Width of the gated feed-forward part.</param>
/// <param name="Context">Longest sequence that it is trained on, in tokens.</param>
internal sealed record ExpertShape(int Vocabulary, int Hidden, int Layers, int Heads, int FeedForward, int Context)
{
    /// <summary>Base of the rotary frequencies.</summary>
    public const double RopeTheta = 10_000;

    /// <summary>What keeps a norm from dividing by zero.</summary>
    public const double NormEpsilon = 1e-5;

    /// <summary>That of the bundled experts.</summary>
    public static ExpertShape Bundled { get; } = new(4096, 128, 6, 4, 384, 512);

    /// <summary>Width of a head.</summary>
    public int HeadDim => Hidden / Heads;

    /// <summary>Number of weights.</summary>
    public long Parameters =>
        ((long)Vocabulary * Hidden) + Hidden + (Layers * ((4L * Hidden * Hidden) + (3L * Hidden * FeedForward) + (2L * Hidden)));
}
