using Godwit.Worker.StructuredOutput.Frames;
using Godwit.Worker.StructuredOutput.Masks;

namespace Godwit.Worker.StructuredOutput;

/// <summary>
/// Where one sequence is in its constraint. A function of the constraint and the output tokens alone, and the mask of that and the
/// remaining budget: replaying the tokens gives the same state and the same masks. Not for two threads at once.
/// </summary>
internal sealed class ConstraintState
{
    private readonly CompiledConstraint _constraint;
    private readonly MaskCache _masks;
    private Frame[] _threads;

    // Made when it is first wanted: what only waits costs nothing.
    private uint[]? _bits;
    private int _maskedFor = -1;

    internal ConstraintState(CompiledConstraint constraint, Frame start, MaskCache masks)
        : this(constraint, [start], masks)
    {
    }

    private ConstraintState(CompiledConstraint constraint, Frame[] threads, MaskCache masks)
    {
        _constraint = constraint;
        _threads = threads;
        _masks = masks;
    }

    /// <summary>True when an end token has ended the output.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>True when the output may end here: an end token is allowed.</summary>
    public bool IsAccepting => _threads.Any(t => t.MayEnd);

    /// <summary>True when the output is whole and nothing but its end may follow.</summary>
    public bool IsComplete => HasEnded || _threads.All(t => t.IsFinal);

    /// <summary>Tokens that suffice to come to an end that the constraint allows.</summary>
    public int Need => _threads.Min(t => t.MayEnd ? 0 : t.Need);

    /// <summary>The same state, to be advanced apart.</summary>
    public ConstraintState Clone() => new(_constraint, _threads, _masks) { HasEnded = HasEnded };

    /// <summary>
    /// Tokens that may come next, a bit each: token t is allowed when bit t % 32 of word t / 32 is set. Behind each of them the rest of the
    /// budget suffices to come to an end. Valid until the next call.
    /// </summary>
    /// <param name="remainingTokens">Tokens that may still be sampled, the next one among them; at least <see cref="Need"/>.</param>
    public ReadOnlySpan<uint> Mask(int remainingTokens)
    {
        uint[] bits = _bits ??= new uint[_masks.Trie.MaskWords];
        if (remainingTokens == _maskedFor)
        {
            return bits;
        }

        _maskedFor = -1;
        Array.Clear(bits);
        int most = remainingTokens - 1;
        Collect(most, bits);
        if (!HasEnded && !IsAccepting && !bits.AsSpan().ContainsAnyExcept(0u))
        {
            // The budget was too small from the beginning: the output will be cut off, but as far as it goes it keeps to the constraint.
            Collect(Grammar.Cost.Infinite, bits);
        }

        if (HasEnded || IsAccepting)
        {
            foreach (int token in _masks.Trie.EndTokens)
            {
                bits[token >> 5] |= 1u << (token & 31);
            }
        }

        _maskedFor = remainingTokens;
        return bits;
    }

    /// <summary>
    /// Takes a token off the mask that <see cref="TryAdvance"/> did not go on by: where reading forks more often than is followed, a mask
    /// may hold one.
    /// </summary>
    public void Forbid(int token)
    {
        if (_bits is not null)
        {
            _bits[token >> 5] &= ~(1u << (token & 31));
        }
    }

    private void Collect(int most, uint[] bits)
    {
        foreach (Frame thread in HasEnded ? [] : _threads)
        {
            _masks.Add(thread, _constraint, most, bits);
        }
    }

    /// <summary>Goes on by a token. False, and nothing changes, when the constraint does not allow it.</summary>
    public bool TryAdvance(int token)
    {
        if (_masks.Trie.EndTokens.Contains(token))
        {
            bool mayEnd = HasEnded || IsAccepting;
            HasEnded |= mayEnd;
            _maskedFor = -1;
            return mayEnd;
        }

        ReadOnlySpan<byte> bytes = _masks.Trie.BytesOf(token);
        return bytes.Length > 0 && !HasEnded && TryRead(bytes);
    }

    /// <summary>Goes on by bytes of text. False, and nothing changes, when the constraint does not allow them.</summary>
    public bool TryRead(ReadOnlySpan<byte> bytes)
    {
        List<Frame> current = [.. _threads];
        var next = new List<Frame>();
        foreach (byte value in bytes)
        {
            Frame.ReadAll(current, value, next);
            if (next.Count == 0)
            {
                return false;
            }

            (current, next) = (next, current);
        }

        _threads = [.. current];
        _maskedFor = -1;
        return true;
    }
}
