using Godwit.Worker.Engine;

namespace Godwit.Worker.Tests.Engine;

/// <summary>
/// Runs every plan on two runners and compares what they compute; the engine is given what the exact one says. So a runner whose last
/// bits depend on the batch goes through everything that an engine does, and no near tie can flip a token.
/// </summary>
internal sealed class PairedRunner(IModelRunner exact, IModelRunner inexact, bool? isExact = null) : IModelRunner
{
    // Of the largest logit of a row.
    private const float Tolerance = 1e-4f;

    public int VocabularySize => exact.VocabularySize;

    public int HiddenSize => exact.HiddenSize;

    public ReadOnlyMemory<float> HiddenStates => exact.HiddenStates;

    public int KvBlocks => exact.KvBlocks;

    public bool IsExact => isExact ?? exact.IsExact;

    public string NumericsId => exact.NumericsId;

    public string KvLayout => exact.KvLayout;

    public int BytesPerBlock => exact.BytesPerBlock;

    public long DenseProducts => exact.DenseProducts;

    public int RowsCompared { get; private set; }

    public ReadOnlyMemory<float> Forward(BatchPlan plan)
    {
        ReadOnlyMemory<float> logits = exact.Forward(plan), others = inexact.Forward(plan);
        Assert.Equal(logits.Length, others.Length);
        for (int row = 0; row < plan.LogitsRows; row++)
        {
            ReadOnlySpan<float> expected = logits.Span.Slice(row * VocabularySize, VocabularySize);
            ReadOnlySpan<float> actual = others.Span.Slice(row * VocabularySize, VocabularySize);
            float largest = 0, difference = 0;
            for (int i = 0; i < expected.Length; i++)
            {
                largest = Math.Max(largest, Math.Abs(expected[i]));
                difference = Math.Max(difference, Math.Abs(expected[i] - actual[i]));
            }

            Assert.True(difference <= Tolerance * largest, $"row {row} of {plan.Rows} differs by {difference} of {largest}");
        }

        RowsCompared += plan.LogitsRows;
        return logits;
    }

    public void ReadBlock(int block, Span<byte> bytes) => exact.ReadBlock(block, bytes);

    public void WriteBlock(int block, ReadOnlySpan<byte> bytes) => throw new NotSupportedException("The other would lack it.");

    public void Dispose()
    {
        exact.Dispose();
        inexact.Dispose();
    }
}
