using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>8-bit products with 256-bit vectors, in tiles of 2 rows × 4 outputs.</summary>
internal sealed unsafe class Int8Kernel256 : Int8Kernel
{
    private const int Lanes = 16;

    /// <inheritdoc/>
    public override void Multiply(in DenseTile tile)
    {
        int inputs = tile.Groups * GroupInputs;
        var ahead = new Lookahead(tile, GroupInputs, passes: 1);
        for (int output = 0; output < tile.Outputs; output += FourOutputs.Most)
        {
            var weights = new FourOutputs(tile, output, ahead, pass: 0);
            for (int row = 0; row < tile.Rows; row += 2)
            {
                int second = Math.Min(row + 1, tile.Rows - 1);
                Multiply(weights, (short*)(tile.X + (row * tile.XStride)), (short*)(tile.X + (second * tile.XStride)), inputs,
                    out Vector128<int> first, out Vector128<int> other);
                Store(tile, first, row, output, weights.Count);
                Store(tile, other, second, output, weights.Count);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(in FourOutputs w, short* x, short* x1, int inputs, out Vector128<int> first, out Vector128<int> second)
    {
        sbyte* w0 = (sbyte*)w.Row0, w1 = (sbyte*)w.Row1, w2 = (sbyte*)w.Row2, w3 = (sbyte*)w.Row3;
        Vector256<int> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector256<int> b0 = default, b1 = default, b2 = default, b3 = default;
        for (int i = 0; i < inputs; i += Lanes)
        {
            Vector256<short> u = Vector256.Load(x + i), v = Vector256.Load(x1 + i);
            Vector256<short> weights = Avx2.ConvertToVector256Int16(w0 + i);
            a0 += Avx2.MultiplyAddAdjacent(u, weights);
            b0 += Avx2.MultiplyAddAdjacent(v, weights);
            weights = Avx2.ConvertToVector256Int16(w1 + i);
            a1 += Avx2.MultiplyAddAdjacent(u, weights);
            b1 += Avx2.MultiplyAddAdjacent(v, weights);
            weights = Avx2.ConvertToVector256Int16(w2 + i);
            a2 += Avx2.MultiplyAddAdjacent(u, weights);
            b2 += Avx2.MultiplyAddAdjacent(v, weights);
            weights = Avx2.ConvertToVector256Int16(w3 + i);
            a3 += Avx2.MultiplyAddAdjacent(u, weights);
            b3 += Avx2.MultiplyAddAdjacent(v, weights);
        }

        first = Vector128.Create(Vector256.Sum(a0), Vector256.Sum(a1), Vector256.Sum(a2), Vector256.Sum(a3));
        second = Vector128.Create(Vector256.Sum(b0), Vector256.Sum(b1), Vector256.Sum(b2), Vector256.Sum(b3));
    }

    private static void Store(in DenseTile tile, Vector128<int> sums, int row, int output, int outputs)
    {
        float* y = tile.Y + (row * tile.YStride) + output;
        for (int i = 0; i < outputs; i++)
        {
            y[i] = sums[i] * (tile.XScales[row] * tile.WeightScales[output + i]);
        }
    }
}
