namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>
/// Products of floats with 512-bit vectors, in tiles of up to 6 rows × 4 outputs. The weights of four outputs come from memory once, for
/// the first rows, and the next four's are asked for meanwhile.
/// </summary>
/// <typeparam name="TLanes">Format of the weights.</typeparam>
internal sealed unsafe class FloatKernel512<TLanes> : DenseKernel
    where TLanes : struct, IWeightLanes
{
    private const int GroupLength = FloatTiles512<TLanes>.GroupLength;

    /// <inheritdoc/>
    public override int GroupInputs => GroupLength;

    /// <inheritdoc/>
    public override int WeightBytes => TLanes.Bytes;

    /// <inheritdoc/>
    public override int PackedBytes => sizeof(float);

    /// <inheritdoc/>
    public override float Pack(float* x, void* packed, int inputs, long largestSum)
    {
        TLanes.Pack(x, (float*)packed, inputs);
        return 1;
    }

    /// <inheritdoc/>
    public override void Multiply(in DenseTile tile)
    {
        long stride = tile.XStride / sizeof(float);
        int first = tile.Rows == 1 ? FloatTiles512<TLanes>.MultiplyRow(tile) : 0;
        var ahead = new Lookahead(tile, GroupLength * TLanes.Bytes, RowTiles.Count(tile.Rows));
        for (int output = first; output < tile.Outputs; output += FourOutputs.Most)
        {
            float* x = (float*)tile.X, y = tile.Y + output;
            for (int left = tile.Rows, pass = 0; left > 0; pass++)
            {
                int rows = RowTiles.Next(left);
                left -= rows;
                Multiply(new FourOutputs(tile, output, ahead, pass), x, stride, y, tile.YStride, tile.Groups, rows);
                x += rows * stride;
                y += rows * tile.YStride;
            }
        }
    }

    private static void Multiply(in FourOutputs w, float* x, long stride, float* y, long yStride, int groups, int rows)
    {
        switch (rows)
        {
            case 6:
                FloatTiles512<TLanes>.Multiply6(w, x, stride, y, yStride, groups);
                break;
            case 4:
                FloatTiles512<TLanes>.Multiply4(w, x, stride, y, yStride, groups);
                break;
            case 2:
                FloatTiles512<TLanes>.Multiply2(w, x, stride, y, yStride, groups);
                break;
            default:
                FloatTiles512<TLanes>.Multiply1(w, x, y, groups);
                break;
        }
    }
}
