namespace Godwit.Training.Selection.Prompts;

/// <summary>Files of prompts, one JSON object a line.</summary>
internal static class PromptFile
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">A line is not a prompt; the message names it.</exception>
    public static IReadOnlyList<Prompt> Read(string path) => JsonLines.Read(path, SelectionJson.Default.Prompt);

    /// <summary>Writes a file.</summary>
    public static void Write(string path, IEnumerable<Prompt> prompts) => JsonLines.Write(path, prompts, SelectionJson.Default.Prompt);
}
