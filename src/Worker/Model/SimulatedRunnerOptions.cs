namespace Godwit.Worker.Model;

/// <summary>What a simulated runner simulates.</summary>
/// <param name="StepMilliseconds">A: time of a step, however few its rows.</param>
/// <param name="RowMilliseconds">B: time per row (token) of a step, prefill tokens included.</param>
/// <param name="Seed">Seed of the tokens.</param>
/// <param name="VocabularySize">Entries of a row of logits.</param>
/// <param name="Tokens">Ids to choose from: no end-of-sequence ids among them.</param>
/// <param name="MaxSequences">Most rows of logits in a step.</param>
/// <param name="KvBlocks">KV blocks to pretend to have.</param>
internal sealed record SimulatedRunnerOptions(
    double StepMilliseconds,
    double RowMilliseconds,
    long Seed,
    int VocabularySize,
    IReadOnlyList<int> Tokens,
    int MaxSequences,
    int KvBlocks);
