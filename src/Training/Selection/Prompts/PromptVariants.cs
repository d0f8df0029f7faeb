namespace Godwit.Training.Selection.Prompts;

/// <summary>Forms of a prompt.</summary>
internal static class PromptVariants
{
    /// <summary>As it stands in its document.</summary>
    public const string Original = "original";

    /// <summary>Lower case and evenly spaced: without the typography that betrays some corpora.</summary>
    public const string Normalised = "normalised";

    /// <summary>Of two domains, one behind the other.</summary>
    public const string Spliced = "spliced";
}
