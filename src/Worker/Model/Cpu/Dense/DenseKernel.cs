using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Godwit.Worker.Model.Cpu.MachineCode;

namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>
/// The arithmetic of y = x·Wᵀ in one weight format. An output is a sum over its inputs in one order, whatever the number of rows and
/// whichever instructions are at hand: 16 partial sums (lane i takes inputs i, i + 16, … of the packed row), then a fixed tree. So a row's
/// bits depend on nothing but the row, on any processor with fused multiply-add.
/// </summary>
internal abstract unsafe class DenseKernel
{
    /// <summary>Inputs are computed in groups of so many; rows of weights and of x are padded with zeros to a multiple of it.</summary>
    public abstract int GroupInputs { get; }

    /// <summary>Bytes of one weight.</summary>
    public abstract int WeightBytes { get; }

    /// <summary>Bytes of one entry of a packed row.</summary>
    public abstract int PackedBytes { get; }

    /// <summary>The kernel of a format for this processor.</summary>
    /// <param name="format">Number format of the weights.</param>
    /// <param name="fast">Inputs of bfloat16 products may be rounded to bfloat16.</param>
    public static DenseKernel For(WeightFormat format, bool fast) => format switch
    {
        WeightFormat.BF16 when fast && DotTiles.TryCreate(DotFormat.BrainFloat) is { } tiles => new BrainFloatDotKernel(tiles),
        WeightFormat.Int8 when DotTiles.TryCreate(DotFormat.Int8) is { } tiles => new Int8DotKernel(tiles),
        WeightFormat.BF16 => Vector512.IsHardwareAccelerated ? new FloatKernel512<BrainFloatLanes>() : new FloatKernel256<BrainFloatLanes>(),
        WeightFormat.F32 => Vector512.IsHardwareAccelerated ? new FloatKernel512<FloatLanes>() : new FloatKernel256<FloatLanes>(),
        _ => Avx512BW.IsSupported ? new Int8Kernel512() : Avx2.IsSupported ? new Int8Kernel256() : new Int8KernelScalar(),
    };

    /// <summary>Writes a row of x in the order and format in which the kernel reads it.</summary>
    /// <param name="x">[inputs].</param>
    /// <param name="packed">Room for the padded inputs.</param>
    /// <param name="inputs">Entries of x.</param>
    /// <param name="largestSum">The largest sum of an output's weights without their signs, where these are integers.</param>
    /// <returns>What the products of this row are to be multiplied by; 1 where nothing was scaled.</returns>
    public abstract float Pack(float* x, void* packed, int inputs, long largestSum);

    /// <summary>Computes all rows of neighbouring outputs.</summary>
    public abstract void Multiply(in DenseTile tile);
}
