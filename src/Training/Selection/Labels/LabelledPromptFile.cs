namespace Godwit.Training.Selection.Labels;

/// <summary>Files of labelled prompts, one JSON object a line.</summary>
internal static class LabelledPromptFile
{
    private const int Decimals = 5;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">A line is not a labelled prompt; the message names it.</exception>
    public static IReadOnlyList<LabelledPrompt> Read(string path) => JsonLines.Read(path, SelectionJson.Default.LabelledPrompt);

    /// <summary>Writes a file; losses are rounded to what they are worth.</summary>
    public static void Write(string path, IEnumerable<LabelledPrompt> prompts) => JsonLines.Write(
        path,
        prompts.Select(prompt => prompt with
        {
            Losses = prompt.Losses.OrderBy(loss => loss.Key, StringComparer.Ordinal)
                .ToDictionary(loss => loss.Key, loss => Math.Round(loss.Value, Decimals)),
        }),
        SelectionJson.Default.LabelledPrompt);
}
