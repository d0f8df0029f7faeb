using System.Buffers;
using System.Buffers.Binary;

namespace Godwit.Contracts.Frames;

/// <summary>Decodes what <see cref="FrameWriter"/> wrote.</summary>
public static class FrameReader
{
    /// <summary>Takes one whole frame from the front of <paramref name="buffer"/>, or returns false when more bytes are needed.</summary>
    /// <exception cref="InvalidDataException">The bytes are no frame.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, out Frame? frame)
    {
        frame = null;
        if (buffer.Length < 4)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[Frame.HeaderBytes];
        buffer.Slice(0, 4).CopyTo(header);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(header) + 4L;
        if (length is < Frame.HeaderBytes or > Frame.MaxBytes)
        {
            throw new InvalidDataException($"A frame says it has {length} bytes; {Frame.HeaderBytes} to {Frame.MaxBytes} are allowed.");
        }

        if (buffer.Length < length)
        {
            return false;
        }

        buffer.Slice(0, Frame.HeaderBytes).CopyTo(header);
        if (header[5] != Frame.Version)
        {
            throw new InvalidDataException($"Unknown frame version {header[5]}.");
        }

        uint first = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        if (first > int.MaxValue)
        {
            throw new InvalidDataException($"A frame cannot begin at token {first}.");
        }

        if (count > (length - Frame.HeaderBytes) / 4)
        {
            throw new InvalidDataException($"A frame of {length} bytes cannot hold {count} tokens.");
        }

        byte[] rest = buffer.Slice(Frame.HeaderBytes, length - Frame.HeaderBytes).ToArray();
        int[] ids = new int[count];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = BinaryPrimitives.ReadInt32LittleEndian(rest.AsSpan(4 * i));
        }

        frame = new Frame(
            (FrameFlags)header[4],
            BinaryPrimitives.ReadUInt16LittleEndian(header[6..]),
            (int)first,
            ids,
            rest.AsMemory(4 * ids.Length));
        buffer = buffer.Slice(length);
        return true;
    }
}
