namespace Godwit.Worker.Tokenization.Bpe;

/// <summary>
/// The symbols of one word while they are merged: a linked list in arrays, and a queue of candidate merges, so that a word of n
/// symbols costs O(n log n). Scratch space of one call, reused from word to word.
/// </summary>
internal sealed class BpeWord
{
    private const int Dead = -1;
    private const int None = -1;

    private readonly MergeQueue _candidates = new();
    private int[] _ids = new int[32];
    private int[] _previous = new int[32];
    private int[] _next = new int[32];
    private int _count;

    /// <summary>How many merges were taken up for consideration so far: less than three for each symbol, whatever the text.</summary>
    public long Considered { get; private set; }

    public void Clear() => _count = 0;

    public void Add(int id)
    {
        if (_count == _ids.Length)
        {
            Array.Resize(ref _ids, 2 * _count);
            Array.Resize(ref _previous, 2 * _count);
            Array.Resize(ref _next, 2 * _count);
        }

        _ids[_count++] = id;
    }

    /// <summary>Merges, lowest rank first and leftmost among equals, until nothing merges; adds what is left to the output.</summary>
    public void MergeInto(MergeTable merges, List<int> output)
    {
        Link();
        for (int i = 0; i + 1 < _count; i++)
        {
            Offer(merges, i);
        }

        while (_candidates.TryDequeue(out int rank, out int left))
        {
            int right = _ids[left] == Dead ? None : _next[left];

            // Stale when a neighbour was merged since: the pair that stands there now must still have this very rank.
            if (right == None || !merges.TryGet(_ids[left], _ids[right], out Merge merge) || merge.Rank != rank)
            {
                continue;
            }

            Join(left, right, merge.Id);
            if (_previous[left] != None)
            {
                Offer(merges, _previous[left]);
            }

            if (_next[left] != None)
            {
                Offer(merges, left);
            }
        }

        for (int i = _count == 0 ? None : 0; i != None; i = _next[i])
        {
            output.Add(_ids[i]);
        }
    }

    private void Link()
    {
        for (int i = 0; i < _count; i++)
        {
            _previous[i] = i - 1;
            _next[i] = i + 1 < _count ? i + 1 : None;
        }
    }

    private void Offer(MergeTable merges, int left)
    {
        if (merges.TryGet(_ids[left], _ids[_next[left]], out Merge merge))
        {
            _candidates.Enqueue(merge.Rank, left);
            Considered++;
        }
    }

    private void Join(int left, int right, int mergedId)
    {
        _ids[left] = mergedId;
        _ids[right] = Dead;
        _next[left] = _next[right];
        if (_next[left] != None)
        {
            _previous[_next[left]] = left;
        }
    }
}
