namespace Godwit.Worker.Model;

/// <summary>
/// A model's folder cannot be served. The message is one line, "FILE: PROBLEM", made to be shown to whoever started the worker.
/// </summary>
internal sealed class ModelLoadException : Exception
{
    /// <param name="file">The file that is wrong.</param>
    /// <param name="problem">What is wrong with it.</param>
    /// <param name="cause">What was thrown, if anything.</param>
    public ModelLoadException(string file, string problem, Exception? cause = null)
        : base(OneLine($"{file}: {problem}"), cause) => File = file;

    /// <summary>Of an exception whose message already is "FILE: PROBLEM".</summary>
    public ModelLoadException(InvalidDataException cause)
        : base(OneLine(cause.Message), cause) => File = cause.Message.Split(": ")[0];

    /// <summary>The file that is wrong.</summary>
    public string File { get; }

    private const int LongestMessage = 600;

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
