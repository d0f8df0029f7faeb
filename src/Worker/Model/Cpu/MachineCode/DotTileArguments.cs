using System.Runtime.InteropServices;

namespace Godwit.Worker.Model.Cpu.MachineCode;

/// <summary>What a tile's code reads; the offsets of the fields are part of the code.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DotTileArguments
{
    /// <summary>Weights of the first output.</summary>
    public byte* Weights;

    /// <summary>Bytes from an output's weights to the next.</summary>
    public long WeightStride;

    /// <summary>First packed row.</summary>
    public byte* X;

    /// <summary>Bytes from a packed row to the next.</summary>
    public long XStride;

    /// <summary>Where the first row's sums of the first tile go; the next tile's follow them. Changed by the code.</summary>
    public byte* Y;

    /// <summary>Bytes from a row's sums to the next.</summary>
    public long YStride;

    /// <summary>Groups of 32 inputs; at least one.</summary>
    public long Groups;

    /// <summary>Weights to ask for meanwhile, as many outputs as the tile has.</summary>
    public byte* Ahead;

    /// <summary>Bytes to go on by there with every group.</summary>
    public long AheadStep;

    /// <summary>Tiles of outputs to compute one after another; at least one. Changed by the code.</summary>
    public long Tiles;
}
