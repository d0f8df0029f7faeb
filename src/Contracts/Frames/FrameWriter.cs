using System.Buffers;
using System.Buffers.Binary;

namespace Godwit.Contracts.Frames;

/// <summary>Encodes frames: little-endian [u32 bytes after this field][u8 flags][u8 version][u16 choice][u32 first][u32 n][n × u32 ids][payload].</summary>
public static class FrameWriter
{
    /// <summary>Appends one frame to <paramref name="output"/>.</summary>
    /// <exception cref="ArgumentException">The frame is longer than <see cref="Frame.MaxBytes"/>.</exception>
    public static void Write(IBufferWriter<byte> output, Frame frame)
    {
        int length = checked(Frame.HeaderBytes + (4 * frame.TokenIds.Count) + frame.Payload.Length);
        if (length > Frame.MaxBytes)
        {
            throw new ArgumentException($"A frame of {length} bytes is over the limit of {Frame.MaxBytes}.", nameof(frame));
        }

        Span<byte> span = output.GetSpan(length);
        BinaryPrimitives.WriteUInt32LittleEndian(span, (uint)(length - 4));
        span[4] = (byte)frame.Flags;
        span[5] = Frame.Version;
        BinaryPrimitives.WriteUInt16LittleEndian(span[6..], checked((ushort)frame.Choice));
        BinaryPrimitives.WriteUInt32LittleEndian(span[8..], checked((uint)frame.FirstIndex));
        BinaryPrimitives.WriteUInt32LittleEndian(span[12..], (uint)frame.TokenIds.Count);
        Span<byte> ids = span[Frame.HeaderBytes..];
        for (int i = 0; i < frame.TokenIds.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(ids[(4 * i)..], frame.TokenIds[i]);
        }

        frame.Payload.Span.CopyTo(ids[(4 * frame.TokenIds.Count)..]);
        output.Advance(length);
    }
}
