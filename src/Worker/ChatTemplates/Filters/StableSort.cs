namespace Godwit.Worker.ChatTemplates.Filters;

/// <summary>
/// Merge sort: stable, as Python's is, also when it goes down. The library's sorts wrap what a comparison throws, and here a
/// comparison may refuse.
/// </summary>
internal static class StableSort
{
    /// <summary>Items in the order of their keys.</summary>
    public static List<T> Sort<T>(IReadOnlyList<T> items, Func<T, T, int> compare, bool reverse)
    {
        T[] sorted = [.. items];
        T[] scratch = new T[sorted.Length];
        for (int width = 1; width < sorted.Length; width *= 2)
        {
            for (int start = 0; start < sorted.Length; start += 2 * width)
            {
                int middle = Math.Min(start + width, sorted.Length);
                int end = Math.Min(start + (2 * width), sorted.Length);
                Merge(sorted, scratch, start, middle, end, (a, b) => reverse ? compare(b, a) : compare(a, b));
            }

            (sorted, scratch) = (scratch, sorted);
        }

        return [.. sorted];
    }

    private static void Merge<T>(T[] from, T[] to, int start, int middle, int end, Func<T, T, int> compare)
    {
        int left = start;
        int right = middle;
        for (int i = start; i < end; i++)
        {
            bool takesLeft = left < middle && (right >= end || compare(from[left], from[right]) <= 0);
            to[i] = takesLeft ? from[left++] : from[right++];
        }
    }
}
