namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>8-bit products for processors without 256-bit integers.</summary>
internal sealed unsafe class Int8KernelScalar : Int8Kernel
{
    /// <inheritdoc/>
    public override void Multiply(in DenseTile tile)
    {
        int inputs = tile.Groups * GroupInputs;
        for (int output = 0; output < tile.Outputs; output++)
        {
            sbyte* weights = (sbyte*)tile.Weights + (output * tile.WeightStride);
            for (int row = 0; row < tile.Rows; row++)
            {
                short* x = (short*)(tile.X + (row * tile.XStride));
                int sum = 0;
                for (int i = 0; i < inputs; i++)
                {
                    sum += weights[i] * x[i];
                }

                tile.Y[(row * tile.YStride) + output] = sum * (tile.XScales[row] * tile.WeightScales[output]);
            }
        }
    }
}
