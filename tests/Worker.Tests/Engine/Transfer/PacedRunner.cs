using Godwit.Worker.Engine;

namespace Godwit.Worker.Tests.Engine.Transfer;

/// <summary>Gives others a moment now and then: a small model would be done before anything can be done to it.</summary>
internal sealed class PacedRunner(IModelRunner inner) : IModelRunner
{
    private readonly ManualResetEventSlim _never = new();
    private int _steps;

    public int VocabularySize => inner.VocabularySize;

    public int HiddenSize => inner.HiddenSize;

    public ReadOnlyMemory<float> HiddenStates => inner.HiddenStates;

    public int KvBlocks => inner.KvBlocks;

    public bool IsExact => inner.IsExact;

    public string NumericsId => inner.NumericsId;

    public string KvLayout => inner.KvLayout;

    public int BytesPerBlock => inner.BytesPerBlock;

    public long DenseProducts => inner.DenseProducts;

    public ReadOnlyMemory<float> Forward(BatchPlan plan)
    {
        if (++_steps % 4 == 0)
        {
            _never.Wait(1);
        }

        return inner.Forward(plan);
    }

    public void ReadBlock(int block, Span<byte> bytes) => inner.ReadBlock(block, bytes);

    public void WriteBlock(int block, ReadOnlySpan<byte> bytes) => inner.WriteBlock(block, bytes);

    public void Dispose()
    {
        _never.Dispose();
        inner.Dispose();
    }
}
