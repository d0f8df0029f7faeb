using Godwit.Worker.Model.Cpu.Dense;

namespace Godwit.Worker.Model.Cpu.MachineCode;

/// <summary>The code of all tiles of one number format.</summary>
internal sealed unsafe class DotTiles
{
    /// <summary>Most rows of a tile.</summary>
    public const int MostRows = 6;

    private readonly delegate* unmanaged<DotTileArguments*, void>[] _four = new delegate* unmanaged<DotTileArguments*, void>[MostRows + 1];
    private readonly delegate* unmanaged<DotTileArguments*, void>[] _one = new delegate* unmanaged<DotTileArguments*, void>[MostRows + 1];

    private DotTiles()
    {
    }

    /// <summary>The tiles of a format; null where processor or system do not allow them.</summary>
    public static DotTiles? TryCreate(DotFormat format)
    {
        if (!format.IsSupported)
        {
            return null;
        }

        var tiles = new DotTiles();
        for (int rows = 1; rows <= MostRows; rows++)
        {
            byte* four = ExecutableMemory.Place(DotTileCode.Write(format, rows, FourOutputs.Most));
            byte* one = ExecutableMemory.Place(DotTileCode.Write(format, rows, 1));
            if (four == null || one == null)
            {
                return null;
            }

            tiles._four[rows] = (delegate* unmanaged<DotTileArguments*, void>)four;
            tiles._one[rows] = (delegate* unmanaged<DotTileArguments*, void>)one;
        }

        return tiles;
    }

    /// <summary>
    /// Computes all rows of some fours of outputs, in tiles of as equal a height as possible: output by output, so that the weights of a tile
    /// stay in the cache while all rows pass.
    /// </summary>
    /// <param name="tile">Where rows and weights are.</param>
    /// <param name="output">The first output.</param>
    /// <param name="fours">How many times four.</param>
    /// <param name="sums">Where the first row's sums go, floats or integers of 32 bits.</param>
    /// <param name="stride">Bytes from a row's sums to the next.</param>
    public void MultiplyFours(in DenseTile tile, int output, int fours, void* sums, long stride)
    {
        // Rows that fit into one tile leave the loop over the outputs to the code.
        int together = tile.Rows <= MostRows ? fours : 1;
        Lookahead ahead = Ahead(tile);
        for (int four = 0; four < fours; four += together)
        {
            int at = FourOutputs.Most * four;
            Multiply(_four, tile, output + at, together, ahead, (float*)sums + at, stride);
        }
    }

    /// <summary>Computes all rows of one output; of a row's four sums the first is it.</summary>
    public void MultiplyOne(in DenseTile tile, int output, void* sums, long stride) =>
        Multiply(_one, tile, output, 1, Ahead(tile), sums, stride);

    private static void Multiply(
        delegate* unmanaged<DotTileArguments*, void>[] tiles, in DenseTile tile, int output, int count, in Lookahead ahead, void* sums, long stride)
    {
        byte* weights = tile.Weights + (output * tile.WeightStride);
        int passes = Passes(tile);
        for (int pass = 0, first = 0; pass < passes; pass++)
        {
            int next = tile.Rows * (pass + 1) / passes;
            var arguments = new DotTileArguments
            {
                Weights = weights,
                WeightStride = tile.WeightStride,
                X = tile.X + (first * tile.XStride),
                XStride = tile.XStride,
                Y = (byte*)sums + (first * stride),
                YStride = stride,
                Groups = tile.Groups,
                Ahead = weights + ahead.Distance + (pass * ahead.Share),
                AheadStep = ahead.Step,
                Tiles = count,
            };
            tiles[next - first](&arguments);
            first = next;
        }
    }

    private static Lookahead Ahead(in DenseTile tile) => new(tile, (int)(tile.WeightStride / tile.Groups), Passes(tile));

    private static int Passes(in DenseTile tile) => (tile.Rows + MostRows - 1) / MostRows;
}
