namespace Godwit.Worker.Migration.Wire;

/// <summary>A stage of a move is sent: what was sampled until it began, and which of the blocks sent follow those before.</summary>
/// <param name="Move">The move.</param>
/// <param name="IsLast">The request stands still: this is all.</param>
/// <param name="Choices">The choices.</param>
internal sealed record StageMessage(long Move, bool IsLast, IReadOnlyList<ChoiceDelta> Choices)
{
    /// <summary>The frame.</summary>
    public ReadOnlyMemory<byte> ToFrame()
    {
        WireWriter wire = new WireWriter(WireType.Stage, Move).Write(IsLast ? 1 : 0).Write(Choices.Count);
        foreach (ChoiceDelta choice in Choices)
        {
            choice.Write(wire);
        }

        return wire.Seal();
    }

    /// <summary>Reads a frame.</summary>
    /// <exception cref="InvalidDataException">It is not what it should be.</exception>
    public static StageMessage Read(ReadOnlySpan<byte> payload)
    {
        var wire = new WireReader(payload);
        long move = wire.Int64();
        bool isLast = wire.Int32() != 0;
        return new StageMessage(move, isLast, ReadChoices(ref wire));
    }

    /// <summary>Reads choices.</summary>
    internal static ChoiceDelta[] ReadChoices(ref WireReader wire)
    {
        var choices = new ChoiceDelta[wire.Count(sizeof(int))];
        for (int i = 0; i < choices.Length; i++)
        {
            choices[i] = ChoiceDelta.Read(ref wire);
        }

        return choices;
    }
}
