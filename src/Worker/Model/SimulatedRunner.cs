using System.Diagnostics;
using Godwit.Worker.Engine;

namespace Godwit.Worker.Model;

/// <summary>
/// Stands in for the arithmetic of a model in tests of scale: a step takes A + B × rows milliseconds, and the next token is a function
/// of (seed, last token, position). Everything around it is real: blocks, batches, streams.
/// </summary>
internal sealed class SimulatedRunner(SimulatedRunnerOptions options) : IModelRunner
{
    private const int SimulatedHiddenSize = 8;

    private readonly float[] _logits = new float[options.MaxSequences * options.VocabularySize];
    private readonly ManualResetEventSlim _never = new();

    /// <inheritdoc/>
    public int VocabularySize => options.VocabularySize;

    /// <inheritdoc/>
    public int HiddenSize => SimulatedHiddenSize;

    /// <inheritdoc/>
    public ReadOnlyMemory<float> HiddenStates { get; private set; }

    /// <inheritdoc/>
    public int KvBlocks => options.KvBlocks;

    /// <inheritdoc/>
    public string NumericsId => $"simulated/{options.Seed}";

    /// <inheritdoc/>
    public string KvLayout => "simulated";

    /// <inheritdoc/>
    public long DenseProducts => 0;

    /// <inheritdoc/>
    public ReadOnlyMemory<float> Forward(BatchPlan plan)
    {
        long deadline = Stopwatch.GetTimestamp()
            + (long)((options.StepMilliseconds + (options.RowMilliseconds * plan.Rows)) / 1000 * Stopwatch.Frequency);
        Array.Clear(_logits, 0, plan.LogitsRows * VocabularySize);
        int row = 0;
        foreach (PlannedSequence sequence in plan.Sequences)
        {
            if (sequence.WantsLogits)
            {
                int position = sequence.Start + sequence.Tokens.Length;
                int token = NextToken(sequence.Tokens.Span[^1], position);
                // Sharp enough that sampling at any usual temperature follows it.
                _logits[(row++ * VocabularySize) + token] = 1000;
            }
        }

        HiddenStates = Hidden(plan);
        WaitUntil(deadline);
        return _logits.AsMemory(0, plan.LogitsRows * VocabularySize);
    }

    // States that are a function of (seed, token, entry), between −1 and 1.
    private ReadOnlyMemory<float> Hidden(BatchPlan plan)
    {
        if (plan.HiddenRows == 0)
        {
            return default;
        }

        float[] states = new float[plan.HiddenRows * HiddenSize];
        int next = 0;
        foreach (PlannedSequence sequence in plan.Sequences.Where(s => s.WantsHidden))
        {
            foreach (int token in sequence.Tokens.Span)
            {
                for (int entry = 0; entry < HiddenSize; entry++)
                {
                    states[next++] = (float)((2 * Sampling.SamplingRandom.Uniform(options.Seed, token, entry)) - 1);
                }
            }
        }

        return states;
    }

    private int NextToken(int last, int position)
    {
        double uniform = Sampling.SamplingRandom.Uniform(options.Seed, last, position);
        return options.Tokens[(int)(uniform * options.Tokens.Count)];
    }

    private void WaitUntil(long deadline)
    {
        double left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), deadline).TotalMilliseconds;
        if (left > 1)
        {
            // Timers are late by up to a millisecond: sleep short of the deadline and spin the rest.
            _never.Wait((int)(left - 0.5));
        }

        SpinWait.SpinUntil(() => Stopwatch.GetTimestamp() >= deadline);
    }

    /// <inheritdoc/>
    public void Dispose() => _never.Dispose();
}
