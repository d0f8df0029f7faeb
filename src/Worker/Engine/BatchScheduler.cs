namespace Godwit.Worker.Engine;

/// <summary>
/// The per-step planner, a pure function: which waiting sequences join, and how many tokens each sequence computes in this step.
/// There are no phases: a sequence's computed tokens catch up with its known ones (engine.md §2.1, after vLLM V1). Decodes come
/// first, then prefill chunks in order of arrival, until the step's budget is spent.
/// </summary>
internal static class BatchScheduler
{
    /// <summary>What the planner knows of one sequence.</summary>
    /// <param name="Known">Prompt and sampled tokens.</param>
    /// <param name="Computed">Tokens that are in the KV cache.</param>
    /// <param name="BlocksNeeded">KV blocks for all that it may become; held when it runs, wanted when it waits.</param>
    /// <param name="ScoresPrompt">Wants logits for every token of its prefill, not for the last one alone.</param>
    internal readonly record struct SequenceState(int Known, int Computed, int BlocksNeeded, bool ScoresPrompt = false);

    /// <summary>The plan of one step.</summary>
    /// <param name="Admitted">How many sequences from the head of the queue join now; they follow the running ones in <paramref name="Tokens"/>.</param>
    /// <param name="Tokens">Tokens to compute, per running sequence and then per admitted one.</param>
    internal readonly record struct Schedule(int Admitted, int[] Tokens);

    /// <summary>Plans one step.</summary>
    /// <param name="running">Sequences that hold blocks, in order of arrival.</param>
    /// <param name="waiting">Sequences that hold none, in order of arrival.</param>
    /// <param name="freeBlocks">Blocks that nobody holds.</param>
    /// <param name="options">Budget, chunk size, and the most sequences at once.</param>
    public static Schedule Plan(
        IReadOnlyList<SequenceState> running,
        IReadOnlyList<SequenceState> waiting,
        int freeBlocks,
        EngineOptions options)
    {
        int admitted = Admit(running.Count, waiting, freeBlocks, options.MaxSequences);
        int[] tokens = new int[running.Count + admitted];
        int budget = options.MaxTokensPerStep;

        // A step has room for MaxSequences rows of logits; what its sequences leave over after one row each is for scoring prompts.
        int logitsRows = options.MaxSequences - tokens.Length;
        for (int pass = 0; pass < 2; pass++)
        {
            bool decodes = pass == 0;
            for (int i = 0; i < tokens.Length && budget > 0; i++)
            {
                SequenceState sequence = i < running.Count ? running[i] : waiting[i - running.Count];
                int behind = sequence.Known - sequence.Computed;
                if ((behind == 1) == decodes)
                {
                    tokens[i] = Math.Min(Math.Min(behind, options.PrefillChunkTokens), budget);
                    if (sequence.ScoresPrompt)
                    {
                        tokens[i] = Math.Min(tokens[i], 1 + logitsRows);
                        logitsRows -= tokens[i] - 1;
                    }

                    budget -= tokens[i];
                }
            }
        }

        return new Schedule(admitted, tokens);
    }

    // In order only: a large request at the head is not overtaken by small ones, so it cannot starve.
    private static int Admit(int running, IReadOnlyList<SequenceState> waiting, int freeBlocks, int maxSequences)
    {
        int admitted = 0;
        while (admitted < waiting.Count
            && running + admitted < maxSequences
            && waiting[admitted].BlocksNeeded <= freeBlocks)
        {
            freeBlocks -= waiting[admitted].BlocksNeeded;
            admitted++;
        }

        return admitted;
    }
}
