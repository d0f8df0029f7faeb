using System.Numerics;

namespace Godwit.Worker.StructuredOutput.Grammar;

/// <summary>A set of small numbers: the classes of an object's named properties. Immutable.</summary>
internal readonly struct NameSet : IEquatable<NameSet>
{
    private readonly ulong _first;
    private readonly ulong[]? _more;

    private NameSet(ulong first, ulong[]? more)
    {
        _first = first;
        _more = more;
    }

    /// <summary>How many are in it.</summary>
    public int Count => BitOperations.PopCount(_first) + (_more?.Sum(BitOperations.PopCount) ?? 0);

    /// <summary>The numbers, ascending.</summary>
    public IEnumerable<int> Members()
    {
        for (int word = 0; word <= (_more?.Length ?? 0); word++)
        {
            for (ulong bits = Word(word); bits != 0; bits &= bits - 1)
            {
                yield return (64 * word) + BitOperations.TrailingZeroCount(bits);
            }
        }
    }

    /// <summary>True when the number is in it.</summary>
    public bool Contains(int member) => (Word(member / 64) >> (member % 64) & 1) != 0;

    /// <summary>The set with one more.</summary>
    public NameSet With(int member)
    {
        int word = member / 64;
        ulong bit = 1UL << (member % 64);
        if (word == 0)
        {
            return new NameSet(_first | bit, _more);
        }

        var more = new ulong[Math.Max(word, _more?.Length ?? 0)];
        _more?.CopyTo(more, 0);
        more[word - 1] |= bit;
        return new NameSet(_first, more);
    }

    /// <summary>True when something is in this and in <paramref name="also"/> but not in <paramref name="without"/>.</summary>
    public bool AnyOf(NameSet also, NameSet without)
    {
        for (int word = 0; word <= (_more?.Length ?? 0); word++)
        {
            if ((Word(word) & also.Word(word) & ~without.Word(word)) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What is in this but not in <paramref name="without"/>, ascending.</summary>
    public IEnumerable<int> Except(NameSet without) => Members().Where(m => !without.Contains(m));

    public bool Equals(NameSet other) =>
        _first == other._first && (_more ?? []).AsSpan().TrimEnd(0UL).SequenceEqual((other._more ?? []).AsSpan().TrimEnd(0UL));

    public override bool Equals(object? obj) => obj is NameSet other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_first, _more is { Length: > 0 } ? _more[0] : 0);

    private ulong Word(int index) => index == 0 ? _first : _more is not null && index <= _more.Length ? _more[index - 1] : 0;
}
