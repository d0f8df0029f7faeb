namespace Godwit.Worker.Engine;

/// <summary>A sequence's part in the step under way.</summary>
/// <param name="Sequence">The sequence.</param>
/// <param name="Tokens">Known tokens that it computes.</param>
/// <param name="Drafts">Drafts that it computes behind them.</param>
internal readonly record struct StepPart(Sequence Sequence, int Tokens, int Drafts = 0)
{
    /// <summary>Whether the step computes all that the sequence knows, so that it samples.</summary>
    public bool Samples => Sequence.Computed + Tokens == Sequence.Known;
}
