using Godwit.Worker.KvCache;
using static TorchSharp.torch;

namespace Godwit.Worker.Model.Torch;

/// <summary>
/// The sequences of a step that compute equally many rows, to be attended in one call: all decodes are one group, and so are prefill
/// chunks of one size. Their rows lie one after another.
/// </summary>
/// <param name="FirstRow">The first of them in the step.</param>
/// <param name="Sequences">Sequences.</param>
/// <param name="Rows">Rows of each.</param>
/// <param name="Length">Positions of the longest sequence, up to its last row.</param>
/// <param name="Positions">[sequences, rows], on the device.</param>
/// <param name="BlockTables">[sequences, blocks of the longest], on the device; padded with zeros.</param>
internal sealed record AttentionGroup(int FirstRow, int Sequences, int Rows, int Length, Tensor Positions, Tensor BlockTables)
{
    /// <summary>What a layer with a window, or with none (null), reads.</summary>
    /// <param name="window">Positions that a row sees, its own included.</param>
    /// <param name="queriesPerKey">Query heads of a KV head, which share its view.</param>
    /// <param name="zeroSlot">Slot to pad with.</param>
    /// <param name="dtype">Number format of the mask.</param>
    public KvView View(int? window, int queriesPerKey, long zeroSlot, ScalarType dtype)
    {
        int seen = Math.Min(window ?? Length, Length), width = Math.Min(Length, seen + Rows - 1);
        Tensor first = Positions.narrow(1, 0, 1).Plus(1L - seen).AtLeast(0);
        Tensor keys = first.Plus(TorchNumbers.CountTo(width, Positions.device));
        Tensor blocks = BlockTables.gather(1, keys.Over(KvBlock.Tokens).AtMost(BlockTables.shape[1] - 1));
        Tensor slots = blocks.Times(KvBlock.Tokens).Plus(keys.Modulo(KvBlock.Tokens));
        Tensor padding = keys > Positions.narrow(1, Rows - 1, 1);

        Tensor row = Positions.unsqueeze(2), key = keys.unsqueeze(1);
        Tensor hidden = (key > row).logical_or(key <= row.Plus(-(long)seen));
        Tensor mask = zeros(hidden.shape, dtype, Positions.device).Where(hidden, double.NegativeInfinity);
        return new KvView(
            slots.Where(padding, zeroSlot).view(-1),
            mask.unsqueeze(1).expand(Sequences, queriesPerKey, Rows, width).reshape(Sequences, 1, queriesPerKey * Rows, width));
    }
}
