namespace Godwit.Protocol.Tests.Simulation;

/// <summary>What is still to happen, by time; what was entered first comes first at equal times. A binary heap without garbage.</summary>
internal sealed class Agenda
{
    private SimEvent[] _heap = new SimEvent[256];
    private int _entered;

    public int Count { get; private set; }

    public void Clear()
    {
        Array.Clear(_heap, 0, Count);
        Count = 0;
        _entered = 0;
    }

    public void Add(SimEvent entry)
    {
        entry.Order = _entered++;
        Put(entry);
    }

    /// <summary>Enters again what was taken, for another time; among those of that time it has the place that it had when it was new.</summary>
    public void Put(SimEvent entry)
    {
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, 2 * Count);
        }

        int hole = Count++;
        while (hole > 0 && IsBefore(entry, _heap[(hole - 1) / 2]))
        {
            _heap[hole] = _heap[(hole - 1) / 2];
            hole = (hole - 1) / 2;
        }

        _heap[hole] = entry;
    }

    public SimEvent Take()
    {
        SimEvent first = _heap[0];
        SimEvent last = _heap[--Count];
        _heap[Count] = default;
        int hole = 0;
        while (true)
        {
            int child = (2 * hole) + 1;
            if (child >= Count)
            {
                break;
            }

            if (child + 1 < Count && IsBefore(_heap[child + 1], _heap[child]))
            {
                child++;
            }

            if (!IsBefore(_heap[child], last))
            {
                break;
            }

            _heap[hole] = _heap[child];
            hole = child;
        }

        if (Count > 0)
        {
            _heap[hole] = last;
        }

        return first;
    }

    private static bool IsBefore(in SimEvent a, in SimEvent b) => a.At < b.At || (a.At == b.At && a.Order < b.Order);
}
