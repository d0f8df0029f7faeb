namespace Godwit.Worker.Model;

/// <summary>
/// A model's folder cannot be served. The message is one line, "FILE: PROBLEM", made to be shown to whoever started the worker.
/// </summary>
internal sealed class ModelLoadException(string file, string problem, Exception? cause = null)
    : Exception(OneLine($"{file}: {problem}"), cause)
{
    private const int LongestMessage = 600;

    /// <summary>The file that is wrong, as a path from the given folder.</summary>
    public string File { get; } = file;

    /// <summary>File contents may be quoted in a problem, so control characters are kept off the operator's terminal.</summary>
    private static string OneLine(string message)
    {
        var line = string.Create(message.Length, message, (span, text) =>
        {
            for (var i = 0; i < text.Length; i++)
                span[i] = char.IsControl(text[i]) ? ' ' : text[i];
        });
        return line.Length <= LongestMessage ? line : line[..LongestMessage] + "…";
    }
}
