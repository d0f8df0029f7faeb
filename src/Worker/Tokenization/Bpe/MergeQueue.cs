namespace Godwit.Worker.Tokenization.Bpe;

/// <summary>
/// Candidate merges, lowest rank first and leftmost among equals: a four-way heap of bare keys, because a long word without spaces
/// keeps a million of them.
/// </summary>
internal sealed class MergeQueue
{
    private const int Arity = 4;

    private ulong[] _heap = new ulong[64];
    private int _count;

    public void Enqueue(int rank, int position)
    {
        if (_count == _heap.Length)
        {
            Array.Resize(ref _heap, 2 * _count);
        }

        ulong key = ((ulong)(uint)rank << 32) | (uint)position;
        int slot = _count++;
        while (slot > 0 && key < _heap[(slot - 1) / Arity])
        {
            _heap[slot] = _heap[(slot - 1) / Arity];
            slot = (slot - 1) / Arity;
        }

        _heap[slot] = key;
    }

    public bool TryDequeue(out int rank, out int position)
    {
        if (_count == 0)
        {
            rank = position = 0;
            return false;
        }

        ulong[] heap = _heap;
        rank = (int)(heap[0] >> 32);
        position = (int)(uint)heap[0];
        ulong moved = heap[--_count];
        int slot = 0;
        while ((slot * Arity) + 1 is var first && first < _count)
        {
            int least = first;
            int end = Math.Min(first + Arity, _count);
            for (int child = first + 1; child < end; child++)
            {
                least = heap[child] < heap[least] ? child : least;
            }

            if (moved <= heap[least])
            {
                break;
            }

            heap[slot] = heap[least];
            slot = least;
        }

        heap[slot] = moved;
        return true;
    }
}
