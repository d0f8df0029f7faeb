using System.Globalization;

namespace Godwit.Training.Selection.Prompts;

/// <summary>Files of prompts, one JSON object a line. Only <c>text</c> must be there: who has texts alone can train a router too.</summary>
internal static class PromptFile
{
    // Of twelve prompts without a split one calibrates and one says when to stop.
    private const int Shares = 12;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">A line is not a prompt; the message names it.</exception>
    public static IReadOnlyList<Prompt> Read(string path)
    {
        IReadOnlyList<Prompt> prompts = JsonLines.Read(path, SelectionJson.Default.Prompt);
        return prompts.Any(prompt => string.IsNullOrWhiteSpace(prompt.Text))
            ? throw new InvalidDataException($"{path}: a prompt has no text.")
            : [.. prompts.Select(Complete)];
    }

    /// <summary>Writes a file.</summary>
    public static void Write(string path, IEnumerable<Prompt> prompts) => JsonLines.Write(path, prompts, SelectionJson.Default.Prompt);

    private static Prompt Complete(Prompt prompt)
    {
        string digest = PromptText.Digest(prompt.Text);
        return new Prompt(
            prompt.Id ?? digest[..16],
            prompt.Domain ?? "",
            prompt.Split ?? (int.Parse(digest[..4], NumberStyles.HexNumber, CultureInfo.InvariantCulture) % Shares) switch
            {
                0 => PromptSplits.Calibration,
                1 => PromptSplits.Validation,
                _ => PromptSplits.Train,
            },
            prompt.Variant ?? PromptVariants.Original,
            prompt.Text);
    }
}
