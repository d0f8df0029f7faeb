using System.Diagnostics;
using Godwit.Worker.Engine;

namespace Godwit.CommandLine.Bench;

/// <summary>
/// A runner that notes of every step when it ended and what was in it. What a stream's reader sees is later by the time that the reader
/// needs to wake up, which on a machine whose cores all compute is long.
/// </summary>
internal sealed class StepLog(IModelRunner runner) : IModelRunner
{
    private readonly List<LoggedStep> _steps = [];
    private int _promptTokens;

    /// <summary>The steps since the last <see cref="Start"/>; read when the engine has nothing to do.</summary>
    public IReadOnlyList<LoggedStep> Steps => _steps;

    /// <inheritdoc/>
    public int VocabularySize => runner.VocabularySize;

    /// <inheritdoc/>
    public int HiddenSize => runner.HiddenSize;

    /// <inheritdoc/>
    public ReadOnlyMemory<float> HiddenStates => runner.HiddenStates;

    /// <inheritdoc/>
    public int KvBlocks => runner.KvBlocks;

    /// <inheritdoc/>
    public bool IsExact => runner.IsExact;

    /// <inheritdoc/>
    public string NumericsId => runner.NumericsId;

    /// <inheritdoc/>
    public string KvLayout => runner.KvLayout;

    /// <inheritdoc/>
    public long DenseProducts => runner.DenseProducts;

    /// <inheritdoc/>
    public int BytesPerBlock => runner.BytesPerBlock;

    /// <summary>Forgets all steps; called when the engine has nothing to do.</summary>
    /// <param name="promptTokens">Tokens of each prompt that comes now.</param>
    public void Start(int promptTokens)
    {
        _steps.Clear();
        _promptTokens = promptTokens;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<float> Forward(BatchPlan plan)
    {
        ReadOnlyMemory<float> logits = runner.Forward(plan);
        long context = 0;
        int prompt = 0;
        foreach (PlannedSequence sequence in plan.Sequences)
        {
            context += sequence.Start + sequence.Tokens.Length;
            prompt += sequence.Start < _promptTokens ? sequence.Tokens.Length : 0;
        }

        _steps.Add(new LoggedStep(Stopwatch.GetTimestamp(), prompt, plan.LogitsRows, context));
        return logits;
    }

    /// <inheritdoc/>
    public void ReadBlock(int block, Span<byte> bytes) => runner.ReadBlock(block, bytes);

    /// <inheritdoc/>
    public void WriteBlock(int block, ReadOnlySpan<byte> bytes) => runner.WriteBlock(block, bytes);

    /// <inheritdoc/>
    public void Dispose() => runner.Dispose();
}
