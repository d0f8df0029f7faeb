namespace Godwit.Worker.Tokenization.PreTokenization;

/// <summary>What becomes of a match when text is split at it; names as in <c>tokenizer.json</c>.</summary>
internal enum SplitBehavior
{
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}
