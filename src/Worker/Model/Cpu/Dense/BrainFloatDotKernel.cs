using Godwit.Worker.Model.Cpu.MachineCode;

namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>
/// Products of bfloat16 weights with inputs that are rounded to bfloat16, by the processor's dot-product instruction: twice the arithmetic
/// of <see cref="FloatKernel512{TLanes}"/>, at the precision that most engines have. Its sums have one order too, whatever the rows.
/// </summary>
internal sealed unsafe class BrainFloatDotKernel(DotTiles tiles) : DenseKernel
{
    /// <inheritdoc/>
    public override int GroupInputs => 32;

    /// <inheritdoc/>
    public override int WeightBytes => sizeof(ushort);

    /// <inheritdoc/>
    public override int PackedBytes => sizeof(ushort);

    /// <inheritdoc/>
    public override float Pack(float* x, void* packed, int inputs, long largestSum)
    {
        int padded = (inputs + GroupInputs - 1) / GroupInputs * GroupInputs;
        BrainFloat.FromFloats(new ReadOnlySpan<float>(x, inputs), new Span<ushort>(packed, inputs));
        new Span<ushort>((ushort*)packed + inputs, padded - inputs).Clear();
        return 1;
    }

    /// <inheritdoc/>
    public override void Multiply(in DenseTile tile)
    {
        int fours = tile.Outputs / FourOutputs.Most;
        tiles.MultiplyFours(tile, 0, fours, tile.Y, tile.YStride * sizeof(float));
        float* sums = stackalloc float[DenseProduct.PanelRows * FourOutputs.Most];
        for (int output = fours * FourOutputs.Most; output < tile.Outputs; output++)
        {
            tiles.MultiplyOne(tile, output, sums, FourOutputs.Most * sizeof(float));
            for (int row = 0; row < tile.Rows; row++)
            {
                tile.Y[(row * tile.YStride) + output] = sums[row * FourOutputs.Most];
            }
        }
    }
}
