using Godwit.Worker.StructuredOutput.Frames;
using Godwit.Worker.StructuredOutput.Masks;

namespace Godwit.Worker.StructuredOutput;

/// <summary>
/// Where one sequence is in its constraint. A function of the constraint and the output tokens alone, and the mask of that and the
/// remaining budget: replaying the tokens gives the same state and the same masks. Not for two threads at once.
/// </summary>
internal sealed class ConstraintState
{
    private readonly MaskCache _masks;
    private readonly uint[] _bits;
    private Frame[] _threads;
    private bool _ended;
    private int _maskedFor = -1;

    internal ConstraintState(Frame start, MaskCache masks)
        : this([start], masks)
    {
    }

    private ConstraintState(Frame[] threads, MaskCache masks)
    {
        _threads = threads;
        _masks = masks;
        _bits = new uint[masks.Trie.MaskWords];
    }

    /// <summary>True when the output may end here: an end token is allowed.</summary>
    public bool IsAccepting => _threads.Any(t => t.MayEnd);

    /// <summary>True when the output is whole and nothing but its end may follow.</summary>
    public bool IsComplete => _ended || _threads.All(t => t.IsFinal);

    /// <summary>Tokens that suffice to come to an end that the constraint allows.</summary>
    public int Need => _threads.Min(t => t.MayEnd ? 0 : t.Need);

    /// <summary>The same state, to be advanced apart.</summary>
    public ConstraintState Clone() => new(_threads, _masks) { _ended = _ended };

    /// <summary>
    /// Tokens that may come next, a bit each: token t is allowed when bit t % 32 of word t / 32 is set. Behind each of them the rest of the
    /// budget suffices to come to an end. Valid until the next call.
    /// </summary>
    /// <param name="remainingTokens">Tokens that may still be sampled, the next one among them; at least <see cref="Need"/>.</param>
    public ReadOnlySpan<uint> Mask(int remainingTokens)
    {
        if (remainingTokens == _maskedFor)
        {
            return _bits;
        }

        _maskedFor = -1;
        Array.Clear(_bits);
        int most = remainingTokens - 1;
        Collect(most);
        if (!_ended && !IsAccepting && !_bits.AsSpan().ContainsAnyExcept(0u))
        {
            // The budget was too small from the beginning: the output will be cut off, but as far as it goes it keeps to the constraint.
            Collect(Grammar.Cost.Infinite);
        }

        if (_ended || IsAccepting)
        {
            foreach (int token in _masks.Trie.EndTokens)
            {
                _bits[token >> 5] |= 1u << (token & 31);
            }
        }

        _maskedFor = remainingTokens;
        return _bits;
    }

    private void Collect(int most)
    {
        foreach (Frame thread in _ended ? [] : _threads)
        {
            _masks.Add(thread, most, _bits);
        }
    }

    /// <summary>Goes on by a token. False, and nothing changes, when the constraint does not allow it.</summary>
    public bool TryAdvance(int token)
    {
        if (_masks.Trie.EndTokens.Contains(token))
        {
            bool mayEnd = _ended || IsAccepting;
            _ended |= mayEnd;
            _maskedFor = -1;
            return mayEnd;
        }

        ReadOnlySpan<byte> bytes = _masks.Trie.BytesOf(token);
        return bytes.Length > 0 && !_ended && TryRead(bytes);
    }

    /// <summary>Goes on by bytes of text. False, and nothing changes, when the constraint does not allow them.</summary>
    public bool TryRead(ReadOnlySpan<byte> bytes)
    {
        List<Frame> current = [.. _threads];
        var next = new List<Frame>();
        foreach (byte value in bytes)
        {
            next.Clear();
            foreach (Frame thread in current)
            {
                thread.Read(value, next);
            }

            if (next.Count == 0)
            {
                return false;
            }

            Merge(next);
            (current, next) = (next, current);
        }

        _threads = [.. current];
        _maskedFor = -1;
        return true;
    }

    // Ways of reading that have come to the same state are one. Beyond the limit the last are given up.
    private static void Merge(List<Frame> threads)
    {
        for (int i = threads.Count - 1; i > 0; i--)
        {
            Frame thread = threads[i];
            if (threads.FindIndex(0, i, other => Frame.SameStack(other, thread)) >= 0)
            {
                threads.RemoveAt(i);
            }
        }

        if (threads.Count > ConstraintLimits.Threads)
        {
            threads.RemoveRange(ConstraintLimits.Threads, threads.Count - ConstraintLimits.Threads);
        }
    }
}
