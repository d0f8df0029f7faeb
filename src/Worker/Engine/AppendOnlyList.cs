namespace Godwit.Worker.Engine;

/// <summary>
/// A list that only grows: what was added is never written again, and an array that got too small is left as it is, so that a view of it
/// may be kept and read by any thread.
/// </summary>
/// <typeparam name="T">What it holds.</typeparam>
internal sealed class AppendOnlyList<T>
{
    private T[] _items = [];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Adds one.</summary>
    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Math.Max(16, 2 * Count));
        }

        _items[Count++] = item;
    }

    /// <summary>Those from an index on, to be kept.</summary>
    public ArraySegment<T> View(int first, int count) => new(_items, first, count);
}
