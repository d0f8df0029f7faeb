namespace Godwit.Training.Selection.Prompts;

/// <summary>What prompts are for. No document is in two of them.</summary>
internal static class PromptSplits
{
    /// <summary>The router's weights are fitted to it.</summary>
    public const string Train = "train";

    /// <summary>
    /// Of documents that experts were trained on, so that no expert's loss on it counts; its domain alone is a hint, for the router's first
    /// passes.
    /// </summary>
    public const string Hint = "hint";

    /// <summary>Says when to stop.</summary>
    public const string Validation = "validation";

    /// <summary>Calibrates the finished router, and says how far it errs.</summary>
    public const string Calibration = "calibration";

    /// <summary>For evaluation alone.</summary>
    public const string Test = "test";

    /// <summary>For evaluation, and of a domain that nothing was trained on.</summary>
    public const string Unseen = "unseen";
}
