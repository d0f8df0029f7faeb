using Godwit.Worker.Engine;
using Godwit.Worker.KvCache;
using static TorchSharp.torch;

namespace Godwit.Worker.Model.Torch;

/// <summary>
/// A batch plan as index tensors on the device, sent there in one piece. Rows are ordered by the groups in which they are attended, not
/// as in the plan.
/// </summary>
internal sealed class TorchStep
{
    private TorchStep(Tensor tokens, Tensor positions, Tensor slots, Tensor logitsRows, Tensor hiddenRows, IReadOnlyList<AttentionGroup> groups)
    {
        Tokens = tokens;
        Positions = positions;
        Slots = slots;
        LogitsRows = logitsRows;
        HiddenRows = hiddenRows;
        Groups = groups;
    }

    /// <summary>Token ids, [rows].</summary>
    public Tensor Tokens { get; }

    /// <summary>Positions in their sequences, [rows].</summary>
    public Tensor Positions { get; }

    /// <summary>Where K and V of the rows are stored, [rows].</summary>
    public Tensor Slots { get; }

    /// <summary>Rows whose logits are wanted, in the plan's order.</summary>
    public Tensor LogitsRows { get; }

    /// <summary>Rows whose hidden states are wanted, in the plan's order.</summary>
    public Tensor HiddenRows { get; }

    /// <summary>The groups; together they are all rows.</summary>
    public IReadOnlyList<AttentionGroup> Groups { get; }

    /// <summary>Lays out a plan.</summary>
    public static TorchStep Lay(BatchPlan plan, Device device)
    {
        PlannedSequence[] sequences = plan.Sequences.ToArray();
        IGrouping<int, int>[] groups = [.. Enumerable.Range(0, sequences.Length).GroupBy(i => sequences[i].Tokens.Length)];
        PlannedSequence[] ordered = [.. groups.SelectMany(group => group).Select(i => sequences[i])];
        var packed = new PackedIndices();
        packed.Add(ordered.SelectMany(s => s.Tokens.ToArray().Select(token => (long)token)));
        packed.Add(ordered.SelectMany(PositionsOf));
        packed.Add(ordered.SelectMany(s => PositionsOf(s).Select(position => SlotOf(s, position))));
        int[] firstRows = FirstRows(sequences, groups.SelectMany(group => group));
        packed.Add(sequences.SelectMany((s, i) => Rows(firstRows[i] + s.Tokens.Length - s.LogitsRows, s.LogitsRows)));
        packed.Add(sequences.SelectMany((s, i) => s.WantsHidden ? Rows(firstRows[i], s.Tokens.Length) : []));
        foreach (IGrouping<int, int> group in groups)
        {
            packed.Add(Tables([.. group.Select(i => sequences[i])]));
        }

        Tensor[] parts = packed.Send(device);
        return new TorchStep(
            parts[0], parts[1], parts[2], parts[3], parts[4], [.. groups.Select((group, i) => Group(group, parts[1], parts[5 + i]))]);

        AttentionGroup Group(IGrouping<int, int> group, Tensor positions, Tensor tables)
        {
            int first = firstRows[group.First()], count = group.Count(), rows = group.Key;
            return new AttentionGroup(
                first,
                count,
                rows,
                group.Max(i => sequences[i].Start) + rows,
                positions.narrow(0, first, count * rows).view(count, rows),
                tables.view(count, -1));
        }
    }

    private static IEnumerable<long> Rows(int first, int count) => Enumerable.Range(first, count).Select(row => (long)row);

    private static IEnumerable<long> PositionsOf(PlannedSequence sequence) => Rows(sequence.Start, sequence.Tokens.Length);

    private static long SlotOf(PlannedSequence sequence, long position) =>
        ((long)sequence.BlockTable.Span[(int)position / KvBlock.Tokens] * KvBlock.Tokens) + (position % KvBlock.Tokens);

    private static int[] FirstRows(PlannedSequence[] sequences, IEnumerable<int> order)
    {
        int[] firstRows = new int[sequences.Length];
        int next = 0;
        foreach (int i in order)
        {
            firstRows[i] = next;
            next += sequences[i].Tokens.Length;
        }

        return firstRows;
    }

    // [sequences, blocks of the longest], padded with zeros. A table may already have blocks for tokens that come later.
    private static IEnumerable<long> Tables(PlannedSequence[] sequences)
    {
        int blocks = sequences.Max(s => KvBlock.Count(s.Start + s.Tokens.Length));
        return sequences.SelectMany(s => Enumerable.Range(0, blocks).Select(i => i < s.BlockTable.Length ? (long)s.BlockTable.Span[i] : 0));
    }
}
