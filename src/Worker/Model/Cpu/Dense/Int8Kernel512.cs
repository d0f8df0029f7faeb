namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>8-bit products with 512-bit vectors, in tiles of up to 6 rows × 4 outputs.</summary>
internal sealed unsafe class Int8Kernel512 : Int8Kernel
{
    private const int MostRows = 6;

    /// <inheritdoc/>
    public override void Multiply(in DenseTile tile)
    {
        long stride = tile.XStride / sizeof(short);
        int* sums = stackalloc int[MostRows * FourOutputs.Most];
        var ahead = new Lookahead(tile, GroupInputs, RowTiles.Count(tile.Rows));
        for (int output = 0; output < tile.Outputs; output += FourOutputs.Most)
        {
            for (int row = 0, rows, pass = 0; row < tile.Rows; row += rows, pass++)
            {
                rows = RowTiles.Next(tile.Rows - row);
                var four = new FourOutputs(tile, output, ahead, pass);
                Multiply(four, (short*)tile.X + (row * stride), stride, sums, tile.Groups, rows);
                Scale(tile, sums, row, rows, output, four.Count);
            }
        }
    }

    private static void Multiply(in FourOutputs w, short* x, long stride, int* sums, int groups, int rows)
    {
        switch (rows)
        {
            case 6:
                Int8Tiles512.Multiply6(w, x, stride, sums, groups);
                break;
            case 4:
                Int8Tiles512.Multiply4(w, x, stride, sums, groups);
                break;
            case 2:
                Int8Tiles512.Multiply2(w, x, stride, sums, groups);
                break;
            default:
                Int8Tiles512.Multiply1(w, x, sums, groups);
                break;
        }
    }
}
