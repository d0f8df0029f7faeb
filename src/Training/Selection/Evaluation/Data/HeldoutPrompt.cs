namespace Godwit.Training.Selection.Evaluation.Data;

/// <summary>One labelled prompt: a line of a held-out file.</summary>
/// <param name="Id">Its name in the file.</param>
/// <param name="Domain">Where the text comes from.</param>
/// <param name="Variant">One of <see cref="Original"/>, <see cref="Normalised"/> and <see cref="Spliced"/>.</param>
/// <param name="Text">The prompt, without flags.</param>
/// <param name="Losses">True loss of each expert on it, in nats per UTF-8 byte.</param>
public sealed record HeldoutPrompt(string Id, string Domain, string Variant, string Text, IReadOnlyDictionary<string, double> Losses)
{
    /// <summary>A text as it was found.</summary>
    public const string Original = "original";

    /// <summary>A copy of an original with case and spacing normalised.</summary>
    public const string Normalised = "normalised";

    /// <summary>Two domains in one prompt.</summary>
    public const string Spliced = "spliced";
}
