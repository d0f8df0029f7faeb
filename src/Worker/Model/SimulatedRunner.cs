using System.Diagnostics;
using System.Runtime.InteropServices;
using Godwit.Worker.Engine;
using Godwit.Worker.KvCache;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Model;

/// <summary>
/// Stands in for the arithmetic of a model in tests of scale: a step takes A + B × rows milliseconds, and the next token is a function
/// of the seed and all tokens before it. Everything around it is real: blocks, batches, streams. What it keeps in the KV blocks is, per
/// position, a hash of all tokens up to there, made from the one before it as the block table gives it: a wrong block shows at once.
/// </summary>
internal sealed class SimulatedRunner(SimulatedRunnerOptions options) : IModelRunner
{
    private const int SimulatedHiddenSize = 8;

    private readonly float[] _logits = new float[options.MaxSequences * options.VocabularySize];
    private readonly long[] _states = new long[options.KvBlocks * KvBlock.Tokens];
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
    public bool IsExact => true;

    /// <inheritdoc/>
    public string NumericsId => $"simulated/{options.Seed}";

    /// <inheritdoc/>
    public string KvLayout => "simulated";

    /// <inheritdoc/>
    public int BytesPerBlock => KvBlock.Tokens * sizeof(long);

    /// <inheritdoc/>
    public long DenseProducts => 0;

    /// <inheritdoc/>
    public ReadOnlyMemory<float> Forward(BatchPlan plan)
    {
        long deadline = Stopwatch.GetTimestamp()
            + (long)((options.StepMilliseconds + (options.RowMilliseconds * plan.Rows)) / 1000 * Stopwatch.Frequency);
        Array.Clear(_logits, 0, plan.LogitsRows * VocabularySize);
        foreach (BlockCopy copy in plan.Copies)
        {
            Array.Copy(_states, copy.Source * KvBlock.Tokens, _states, copy.Destination * KvBlock.Tokens, KvBlock.Tokens);
        }

        int row = 0;
        foreach (PlannedSequence sequence in plan.Sequences)
        {
            Compute(sequence);
            for (int i = sequence.Tokens.Length - sequence.LogitsRows; i < sequence.Tokens.Length; i++)
            {
                // Sharp enough that sampling at any usual temperature follows it.
                long state = _states[Slot(sequence.BlockTable.Span, sequence.Start + i)];
                _logits[(row++ * VocabularySize) + NextToken(state)] = 1000;
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
        foreach (PlannedSequence sequence in plan.Sequences)
        {
            foreach (int token in sequence.WantsHidden ? sequence.Tokens.Span : [])
            {
                for (int entry = 0; entry < HiddenSize; entry++)
                {
                    states[next++] = (float)((2 * SamplingRandom.Uniform(options.Seed, token, entry)) - 1);
                }
            }
        }

        return states;
    }

    private void Compute(PlannedSequence sequence)
    {
        ReadOnlySpan<int> blocks = sequence.BlockTable.Span;
        int position = sequence.Start;
        long state = position == 0 ? options.Seed : _states[Slot(blocks, position - 1)];
        foreach (int token in sequence.Tokens.Span)
        {
            state = SamplingRandom.Bits(state, token, position);
            _states[Slot(blocks, position++)] = state;
        }
    }

    private static int Slot(ReadOnlySpan<int> blocks, int position) =>
        (blocks[position / KvBlock.Tokens] * KvBlock.Tokens) + (position % KvBlock.Tokens);

    private int NextToken(long state) => options.Tokens[(int)((ulong)state % (ulong)options.Tokens.Count)];

    private void WaitUntil(long deadline)
    {
        double left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), deadline).TotalMilliseconds;
        if (left > 1)
        {
            // Timers are late by up to a millisecond: sleep short of the deadline and spin the rest.
            _never.Wait((int)(left - 0.5));
        }

        var spin = new SpinWait();
        while (Stopwatch.GetTimestamp() < deadline)
        {
            spin.SpinOnce();
        }
    }

    /// <inheritdoc/>
    public void ReadBlock(int block, Span<byte> bytes) => MemoryMarshal.AsBytes(States(block)).CopyTo(bytes);

    /// <inheritdoc/>
    public void WriteBlock(int block, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, BytesPerBlock);
        bytes.CopyTo(MemoryMarshal.AsBytes(States(block)));
    }

    private Span<long> States(int block) => _states.AsSpan(block * KvBlock.Tokens, KvBlock.Tokens);

    /// <inheritdoc/>
    public void Dispose() => _never.Dispose();
}
