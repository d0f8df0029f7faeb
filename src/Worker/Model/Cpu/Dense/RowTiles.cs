namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>How rows are cut into tiles of 6, 4, 2 and 1.</summary>
internal static class RowTiles
{
    /// <summary>Rows of the next tile where so many are left.</summary>
    public static int Next(int left)
    {
        // Four and four are faster than six and two.
        return left >= 6 && left != 8 ? 6 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
    }

    /// <summary>Tiles of so many rows.</summary>
    public static int Count(int rows)
    {
        int count = 0;
        for (; rows > 0; rows -= Next(rows))
        {
            count++;
        }

        return count;
    }
}
