using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Migration.Wire;

/// <summary>Writes one frame: numbers little-endian, everything of variable length with its count before it.</summary>
internal sealed class WireWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(256);
    private readonly WireType _type;

    /// <param name="type">What the frame says.</param>
    /// <param name="move">The move that it is about.</param>
    public WireWriter(WireType type, long move)
    {
        _type = type;
        _bytes.Advance(_bytes.GetSpan(WireFrame.HeaderBytes)[..WireFrame.HeaderBytes].Length);
        Write(move);
    }

    /// <summary>Adds a number.</summary>
    public WireWriter Write(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(sizeof(int)), value);
        _bytes.Advance(sizeof(int));
        return this;
    }

    /// <summary>Adds a number.</summary>
    public WireWriter Write(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(sizeof(long)), value);
        _bytes.Advance(sizeof(long));
        return this;
    }

    /// <summary>Adds bytes.</summary>
    public WireWriter Write(ReadOnlySpan<byte> value)
    {
        Write(value.Length);
        _bytes.Write(value);
        return this;
    }

    /// <summary>Adds a text.</summary>
    public WireWriter Write(string value) => Write(Encoding.UTF8.GetBytes(value));

    /// <summary>Adds numbers.</summary>
    public WireWriter Write(IReadOnlyList<int> values)
    {
        Write(values.Count);
        foreach (int value in values)
        {
            Write(value);
        }

        return this;
    }

    /// <summary>Adds log-probabilities; null: none.</summary>
    public WireWriter Write(ReadOnlySpan<TokenLogprobs> scores)
    {
        Write(scores.Length);
        foreach (TokenLogprobs score in scores)
        {
            Write(score.Id).Write(BitConverter.SingleToInt32Bits(score.Logprob)).Write(score.Rank).Write(score.Top.Count);
            foreach (TokenLogprob other in score.Top)
            {
                Write(other.Id).Write(BitConverter.SingleToInt32Bits(other.Logprob));
            }
        }

        return this;
    }

    /// <summary>The whole frame.</summary>
    /// <exception cref="InvalidDataException">It is longer than a frame may be.</exception>
    public ReadOnlyMemory<byte> Seal()
    {
        if (_bytes.WrittenCount - WireFrame.HeaderBytes > WireFrame.MaxBytes)
        {
            throw new InvalidDataException($"A {_type} frame of {_bytes.WrittenCount} bytes is too long.");
        }

        Memory<byte> frame = MemoryMarshal.AsMemory(_bytes.WrittenMemory);
        WireFrame.Seal(_type, frame.Span);
        return frame;
    }
}
