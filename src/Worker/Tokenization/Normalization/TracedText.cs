namespace Godwit.Worker.Tokenization.Normalization;

/// <summary>Text on its way to the model, and where its characters came from.</summary>
/// <param name="Text">Well-formed text.</param>
/// <param name="Plain">
/// One entry for each UTF-16 unit, true for those that no control token may hold; null when there is none.
/// </param>
/// <param name="FromStart">It begins where the input begins: nothing lies before it, and nothing was taken off there.</param>
internal readonly record struct TracedText(string Text, bool[]? Plain, bool FromStart)
{
    /// <summary>True when a character from <paramref name="start"/> on and before <paramref name="end"/> is plain.</summary>
    public bool AnyPlain(int start, int end) => Plain is not null && Plain.AsSpan(start..end).Contains(true);

    public TracedText Slice(int start, int length) => start == 0 && length == Text.Length
        ? this
        : new TracedText(
            Text.Substring(start, length),
            AnyPlain(start, start + length) ? Plain!.AsSpan(start, length).ToArray() : null,
            FromStart && start == 0);
}
