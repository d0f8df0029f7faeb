namespace Godwit.Protocol.Tests.Simulation;

/// <summary>What a destination holds.</summary>
internal sealed class SimReservation(long move, int epoch, int source, int sourceBoot, int blocks, long now)
{
    private readonly HashSet<int> _came = [];

    public long Move { get; } = move;

    public int Epoch { get; } = epoch;

    public int Source { get; } = source;

    public int SourceBoot { get; } = sourceBoot;

    public int Blocks { get; set; } = blocks;

    /// <summary>When something came that moves its deadline on.</summary>
    public long Heard { get; set; } = now;

    /// <summary>Tokens of each choice, when the state has come.</summary>
    public int[]? State { get; set; }

    public int StateBlocks { get; set; }

    public bool IsComplete => State is not null && _came.Count >= StateBlocks;

    public void Came(int first, int count)
    {
        for (int block = first; block < first + count; block++)
        {
            _came.Add(block);
        }
    }
}
