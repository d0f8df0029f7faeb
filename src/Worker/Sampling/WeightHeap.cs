namespace Godwit.Worker.Sampling;

/// <summary>
/// A binary heap of ids in place, the heaviest first, of equals the lower id. What is taken gathers at the end of the memory, the first one
/// last.
/// </summary>
internal ref struct WeightHeap
{
    private readonly double[] _weights;
    private readonly Span<int> _ids;
    private int _count;

    /// <param name="weights">Weight by id.</param>
    /// <param name="ids">Ids, in any order; reordered.</param>
    public WeightHeap(double[] weights, Span<int> ids)
    {
        _weights = weights;
        _ids = ids;
        _count = ids.Length;
        for (int parent = (_count / 2) - 1; parent >= 0; parent--)
        {
            SiftDown(parent);
        }
    }

    /// <summary>Takes the heaviest id that is left; there is one.</summary>
    public int Take()
    {
        int top = _ids[0];
        _ids[0] = _ids[--_count];
        _ids[_count] = top;
        SiftDown(0);
        return top;
    }

    private readonly void SiftDown(int parent)
    {
        for (int child; (child = (2 * parent) + 1) < _count; parent = child)
        {
            if (child + 1 < _count && IsBefore(_ids[child + 1], _ids[child]))
            {
                child++;
            }

            if (!IsBefore(_ids[child], _ids[parent]))
            {
                return;
            }

            (_ids[child], _ids[parent]) = (_ids[parent], _ids[child]);
        }
    }

    private readonly bool IsBefore(int a, int b) => _weights[a] > _weights[b] || (_weights[a] == _weights[b] && a < b);
}
