using Godwit.Worker.Sampling;

namespace Godwit.Worker.Migration.Wire;

/// <summary>What is new of one choice since the last message that told of it.</summary>
/// <param name="Choice">Index of the choice.</param>
/// <param name="First">Index of the first new output token.</param>
/// <param name="Tokens">The new output tokens.</param>
/// <param name="Scores">
/// Log-probabilities of the last of these tokens, as many as the Gateway does not have; empty when none are wanted.
/// </param>
/// <param name="Computed">Tokens whose K and V the choice's blocks hold, the new ones included.</param>
/// <param name="Blocks">
/// The blocks that follow those before, by the number that they were sent under. Choices that share a block name the same number.
/// </param>
internal sealed record ChoiceDelta(
    int Choice, int First, IReadOnlyList<int> Tokens, IReadOnlyList<TokenLogprobs> Scores, int Computed, IReadOnlyList<int> Blocks)
{
    /// <summary>Adds it to a frame.</summary>
    public void Write(WireWriter wire) =>
        wire.Write(Choice).Write(First).Write(Tokens).Write([.. Scores]).Write(Computed).Write(Blocks);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static ChoiceDelta Read(ref WireReader wire)
    {
        int choice = wire.Natural();
        int first = wire.Natural();
        int[] tokens = wire.Numbers();
        TokenLogprobs[] scores = wire.Scores();
        int computed = wire.Natural();
        int[] blocks = wire.Numbers();
        return scores.Length <= tokens.Length
            ? new ChoiceDelta(choice, first, tokens, scores, computed, blocks)
            : throw new InvalidDataException("A choice is not told of consistently.");
    }
}
