namespace Godwit.Worker.Api.Serving;

/// <summary>Where a stream begins.</summary>
/// <param name="From">Per choice the first token that is wanted; null: all of it, and what comes before the first token.</param>
internal readonly record struct StreamStart(IReadOnlyList<int>? From)
{
    /// <summary>
    /// Whether a frame is wanted. Of frames without tokens nobody can tell whether the Gateway has them: all that stand at its next token
    /// are sent, and it drops those that it has.
    /// </summary>
    public bool Wants(int choice, int first, int tokens, bool isOpening)
    {
        int from = choice < From?.Count ? From[choice] : 0;
        return isOpening || tokens == 0 ? first >= from : first + tokens > from;
    }
}
