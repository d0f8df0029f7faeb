using Godwit.Worker.Model.Cpu.MachineCode;

namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>8-bit products by the processor's dot-product instruction.</summary>
internal sealed unsafe class Int8DotKernel(DotTiles tiles) : Int8Kernel
{
    /// <inheritdoc/>
    public override void Multiply(in DenseTile tile)
    {
        // The code's groups are of 32 inputs.
        DenseTile halves = tile with { Groups = 2 * tile.Groups };
        int* sums = stackalloc int[DenseProduct.PanelRows * FourOutputs.Most];
        for (int output = 0, count; output < tile.Outputs; output += count)
        {
            count = tile.Outputs - output >= FourOutputs.Most ? FourOutputs.Most : 1;
            if (count == FourOutputs.Most)
            {
                tiles.MultiplyFours(halves, output, 1, sums, FourOutputs.Most * sizeof(int));
            }
            else
            {
                tiles.MultiplyOne(halves, output, sums, FourOutputs.Most * sizeof(int));
            }

            Scale(tile, sums, 0, tile.Rows, output, count);
        }
    }
}
