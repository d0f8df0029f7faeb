using System.Runtime.CompilerServices;

namespace Godwit.Worker.StructuredOutput.Automaton;

/// <summary>What a byte did to a <see cref="PartialCharacter"/>.</summary>
internal enum CharacterEvent
{
    /// <summary>No text goes on like this.</summary>
    Invalid,

    /// <summary>The character is not complete.</summary>
    Pending,

    /// <summary>A character is complete.</summary>
    Complete,

    /// <summary>An unescaped quote: the end of a JSON string.</summary>
    Quote,
}

/// <summary>
/// The bytes of one character so far: UTF-8 (RFC 3629, no overlong forms, no surrogates) and, within JSON strings, escapes (RFC 8259;
/// surrogate pairs together, never half of one). A value of 64 bits, so that it can be part of a state.
/// </summary>
/// <param name="Kind">Which form; 0 between characters.</param>
/// <param name="Left">UTF-8 bytes or hexadecimal digits that are missing.</param>
/// <param name="Value">Bits so far.</param>
/// <param name="High">UTF-8: length of the sequence. Second half of a pair: the first half's ten bits.</param>
internal readonly record struct PartialCharacter(byte Kind, byte Left, int Value, short High)
{
    private const byte Utf8 = 1;
    private const byte Backslash = 2;
    private const byte Hex = 3;
    private const byte PairBackslash = 4;
    private const byte PairU = 5;
    private const byte PairHex = 6;

    /// <summary>Between two characters.</summary>
    public static PartialCharacter None => default;

    /// <summary>True between two characters.</summary>
    public bool IsNone => Kind == 0;

    /// <summary>True right behind a backslash.</summary>
    public bool IsBackslash => Kind == Backslash;

    /// <summary>Fewest bytes that complete it, when the character shall be in <paramref name="supplementary"/> planes or not.</summary>
    public int BytesLeft(bool supplementary) => Kind switch
    {
        Utf8 => Left,
        Backslash => supplementary ? 11 : 5,
        Hex => Left + (supplementary ? 6 : 0),
        PairBackslash => 6,
        PairU => 5,
        PairHex => Left,
        _ => 0,
    };

    /// <summary>Takes one byte.</summary>
    /// <param name="value">The byte.</param>
    /// <param name="json">Within a JSON string: quotes end it, escapes are read, control characters must be escaped.</param>
    /// <param name="next">The new value.</param>
    /// <param name="codePoint">The character, when it is complete.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public CharacterEvent Take(byte value, bool json, out PartialCharacter next, out int codePoint)
    {
        // Nearly always.
        if (IsNone && value < 0x80 && (!json || (value >= 0x20 && value != '"' && value != '\\')))
        {
            next = default;
            codePoint = value;
            return CharacterEvent.Complete;
        }

        return TakeAny(value, json, out next, out codePoint);
    }

    // Masks walk over hundreds of thousands of characters before the runtime would find out that it matters.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private CharacterEvent TakeAny(byte value, bool json, out PartialCharacter next, out int codePoint)
    {
        next = default;
        codePoint = 0;
        return Kind switch
        {
            0 => TakeFirst(value, json, out next, out codePoint),
            Utf8 => TakeContinuation(value, out next, out codePoint),
            Backslash => TakeEscape(value, out next, out codePoint),
            Hex or PairHex => TakeHex(value, out next, out codePoint),
            PairBackslash => Expect(value, (byte)'\\', this with { Kind = PairU }, out next),
            _ => Expect(value, (byte)'u', new PartialCharacter(PairHex, 4, 0, High), out next),
        };
    }

    /// <summary>The characters that it can still become: one range or two (the second empty when its low end is above its high end).</summary>
    public (int Low, int High, int Low2, int High2) Range()
    {
        const int Empty = 1;
        switch (Kind)
        {
            case Utf8:
                int shift = 6 * Left;
                int least = High switch { 2 => 0x80, 3 => 0x800, _ => 0x10000 };
                int low = Math.Max(Value << shift, least);
                int high = Math.Min(((Value + 1) << shift) - 1, High == 4 ? CodePointSet.Max : 0xFFFF);
                return low is >= 0xD000 and < 0xD800 && high >= 0xD800 ? (low, 0xD7FF, Empty, 0)
                    : low is >= 0xD800 and <= 0xDFFF ? (Empty, 0, Empty, 0)
                    : (low, high, Empty, 0);
            case Hex:
                return HexRange();
            case PairBackslash or PairU:
                return (0x10000 + (High << 10), 0x10000 + (High << 10) + 0x3FF, Empty, 0);
            case PairHex:
                int start = Math.Max(Value << (4 * Left), 0xDC00);
                int end = Math.Min(((Value + 1) << (4 * Left)) - 1, 0xDFFF);
                return start > end ? (Empty, 0, Empty, 0)
                    : (0x10000 + (High << 10) + (start - 0xDC00), 0x10000 + (High << 10) + (end - 0xDC00), Empty, 0);
            default:
                return (0, 0xD7FF, 0xE000, CodePointSet.Max);
        }
    }

    private static CharacterEvent TakeFirst(byte value, bool json, out PartialCharacter next, out int codePoint)
    {
        next = default;
        codePoint = value;
        if (value < 0x80)
        {
            return !json ? CharacterEvent.Complete
                : value == '"' ? CharacterEvent.Quote
                : value < 0x20 ? CharacterEvent.Invalid
                : value == '\\' ? Pending(new PartialCharacter(Backslash, 0, 0, 0), out next)
                : CharacterEvent.Complete;
        }

        return value switch
        {
            >= 0xC2 and <= 0xDF => Pending(new PartialCharacter(Utf8, 1, value & 0x1F, 2), out next),
            >= 0xE0 and <= 0xEF => Pending(new PartialCharacter(Utf8, 2, value & 0x0F, 3), out next),
            >= 0xF0 and <= 0xF4 => Pending(new PartialCharacter(Utf8, 3, value & 0x07, 4), out next),
            _ => CharacterEvent.Invalid,
        };
    }

    private static CharacterEvent Pending(PartialCharacter partial, out PartialCharacter next)
    {
        next = partial;
        return CharacterEvent.Pending;
    }

    private static CharacterEvent Expect(byte value, byte expected, PartialCharacter then, out PartialCharacter next)
    {
        next = value == expected ? then : default;
        return value == expected ? CharacterEvent.Pending : CharacterEvent.Invalid;
    }

    private CharacterEvent TakeContinuation(byte value, out PartialCharacter next, out int codePoint)
    {
        next = default;
        codePoint = (Value << 6) | (value & 0x3F);
        if ((value & 0xC0) != 0x80)
        {
            return CharacterEvent.Invalid;
        }

        var longer = new PartialCharacter(Utf8, (byte)(Left - 1), codePoint, High);
        (int low, int high, _, _) = longer.Range();
        if (low > high)
        {
            return CharacterEvent.Invalid;
        }

        next = Left == 1 ? default : longer;
        return Left == 1 ? CharacterEvent.Complete : CharacterEvent.Pending;
    }

    private static CharacterEvent TakeEscape(byte value, out PartialCharacter next, out int codePoint)
    {
        next = default;
        codePoint = value switch
        {
            (byte)'"' or (byte)'\\' or (byte)'/' => value,
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            (byte)'n' => '\n',
            (byte)'r' => '\r',
            (byte)'t' => '\t',
            _ => -1,
        };
        return codePoint >= 0 ? CharacterEvent.Complete
            : value == 'u' ? Pending(new PartialCharacter(Hex, 4, 0, 0), out next)
            : CharacterEvent.Invalid;
    }

    private CharacterEvent TakeHex(byte value, out PartialCharacter next, out int codePoint)
    {
        next = default;
        codePoint = 0;
        if (!char.IsAsciiHexDigit((char)value))
        {
            return CharacterEvent.Invalid;
        }

        int digit = value <= '9' ? value - '0' : (value | 0x20) - 'a' + 10;
        var longer = this with { Left = (byte)(Left - 1), Value = (Value << 4) | digit };
        if (longer.Left == 0 && Kind == Hex && longer.Value is >= 0xD800 and <= 0xDBFF)
        {
            next = new PartialCharacter(PairBackslash, 0, 0, (short)(longer.Value - 0xD800));
            return CharacterEvent.Pending;
        }

        (int low, int high, int low2, int high2) = longer.Range();
        if (low > high && low2 > high2)
        {
            return CharacterEvent.Invalid;
        }

        next = longer.Left == 0 ? default : longer;
        codePoint = low;
        return longer.Left == 0 ? CharacterEvent.Complete : CharacterEvent.Pending;
    }

    // Digits so far name a range of 16-bit units: plain characters, first halves of pairs, or second halves, which cannot stand alone.
    private (int Low, int High, int Low2, int High2) HexRange()
    {
        int first = Value << (4 * Left);
        int last = ((Value + 1) << (4 * Left)) - 1;
        if (last < 0xD800 || first > 0xDFFF)
        {
            return (first, last, 1, 0);
        }

        if (first < 0xD000)
        {
            return (0, 0xD7FF, 0xE000, CodePointSet.Max);
        }

        (int low, int high) = first < 0xD800 ? (first, Math.Min(last, 0xD7FF)) : (1, 0);
        int lead = Math.Max(first, 0xD800);
        int leadEnd = Math.Min(last, 0xDBFF);
        return lead > leadEnd ? (low, high, 1, 0)
            : (low, high, 0x10000 + ((lead - 0xD800) << 10), 0x10000 + ((leadEnd - 0xD800) << 10) + 0x3FF);
    }
}
