using System.Buffers;
using System.Runtime.InteropServices;
using Godwit.Contracts.Frames;

namespace Godwit.Worker.Api.Serving;

/// <summary>
/// The encoded frames of a request that its Gateway has not acknowledged, in the order they were made. Not thread-safe; its request guards
/// it.
/// </summary>
internal sealed class FrameLog
{
    private readonly ArrayBufferWriter<byte> _encoded = new();
    private readonly List<Entry> _entries = [];
    private readonly int[] _acknowledged;

    // Per choice the token behind the last one in a frame.
    private readonly int[] _next;
    private long _first;

    /// <param name="choices">Choices of the request.</param>
    /// <param name="acknowledged">Per choice what its Gateway has already; null: nothing.</param>
    public FrameLog(int choices, IReadOnlyList<int>? acknowledged = null)
    {
        _acknowledged = [.. (acknowledged ?? []).Concat(Enumerable.Repeat(0, choices)).Take(choices)];
        _next = new int[choices];
    }

    /// <summary>Number of the entry that comes next.</summary>
    public long End => _first + _entries.Count;

    /// <summary>Bytes held.</summary>
    public long Bytes { get; private set; }

    /// <summary>Per choice the first token that may still be asked for.</summary>
    public IReadOnlyList<int> Acknowledged => _acknowledged;

    /// <summary>Adds a frame, unless all of it is acknowledged already.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="isOpening">It comes before the choice's first token.</param>
    /// <param name="endsStream">It belongs to the whole answer.</param>
    public void Add(Frame frame, bool isOpening = false, bool endsStream = false)
    {
        int end = frame.FirstIndex + frame.TokenIds.Count;
        bool isKnown = !endsStream
            && (isOpening ? _acknowledged[frame.Choice] > 0 : frame.TokenIds.Count > 0 && end <= _acknowledged[frame.Choice]);
        if (!isOpening && !endsStream)
        {
            _next[frame.Choice] = Math.Max(_next[frame.Choice], end);
        }

        if (isKnown)
        {
            return;
        }

        FrameWriter.Write(_encoded, frame);
        byte[] bytes = _encoded.WrittenSpan.ToArray();
        _encoded.ResetWrittenCount();
        _entries.Add(new Entry(frame.Choice, frame.FirstIndex, frame.TokenIds.Count, isOpening, endsStream, bytes));
        Bytes += bytes.Length;
    }

    /// <summary>Drops what lies below the Gateway's next tokens.</summary>
    public void Forget(IReadOnlyList<int> next)
    {
        bool news = false;
        for (int choice = 0; choice < Math.Min(next.Count, _acknowledged.Length); choice++)
        {
            // What was not made yet cannot have been received: such a number counts as far as it can be true.
            int known = Math.Min(next[choice], _next[choice]);
            news |= known > _acknowledged[choice];
            _acknowledged[choice] = Math.Max(_acknowledged[choice], known);
        }

        if (!news)
        {
            return;
        }

        foreach (ref Entry entry in CollectionsMarshal.AsSpan(_entries))
        {
            if (entry.Bytes is { } bytes && IsAcknowledged(entry))
            {
                Bytes -= bytes.Length;
                entry = entry with { Bytes = null };
            }
        }

        int gone = _entries.FindIndex(entry => entry.Bytes is not null);
        gone = gone < 0 ? _entries.Count : gone;
        _entries.RemoveRange(0, gone);
        _first += gone;
    }

    /// <summary>Adds the frames from <paramref name="cursor"/> on to <paramref name="frames"/>, and says where to go on.</summary>
    public long Read(long cursor, StreamStart start, List<ReadOnlyMemory<byte>> frames)
    {
        for (int i = (int)Math.Max(0, cursor - _first); i < _entries.Count; i++)
        {
            Entry entry = _entries[i];
            if (entry.Bytes is { } bytes && (entry.EndsStream || start.Wants(entry.Choice, entry.First, entry.Tokens, entry.IsOpening)))
            {
                frames.Add(bytes);
            }
        }

        return End;
    }

    private bool IsAcknowledged(Entry entry) => !entry.EndsStream
        && (entry.IsOpening || entry.Tokens == 0
            ? _acknowledged[entry.Choice] > entry.First
            : entry.First + entry.Tokens <= _acknowledged[entry.Choice]);

    private readonly record struct Entry(int Choice, int First, int Tokens, bool IsOpening, bool EndsStream, byte[]? Bytes);
}
