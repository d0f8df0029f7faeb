using System.Buffers;
using System.Buffers.Binary;

namespace Godwit.Worker.Migration.Wire;

/// <summary>
/// A frame between two workers: little-endian [u32 bytes of the payload][u8 type][u32 CRC-32C of the payload][payload]. A received one
/// holds a pooled buffer until it is disposed.
/// </summary>
internal sealed class WireFrame : IDisposable
{
    /// <summary>Bytes before the payload.</summary>
    public const int HeaderBytes = sizeof(uint) + 1 + sizeof(uint);

    /// <summary>Most bytes of a payload: a request's body with its tokens, or one block of a large model.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    private readonly int _length;
    private byte[]? _buffer;

    private WireFrame(WireType type, byte[] buffer, int length) => (Type, _buffer, _length) = (type, buffer, length);

    /// <summary>What it says.</summary>
    public WireType Type { get; }

    /// <summary>Its payload.</summary>
    public ReadOnlySpan<byte> Payload => _buffer.AsSpan(0, _length);

    /// <summary>The move that it is about.</summary>
    public long Move => BinaryPrimitives.ReadInt64LittleEndian(Payload);

    /// <summary>Fills in the header of a frame whose payload stands behind the room for it.</summary>
    public static void Seal(WireType type, Span<byte> frame)
    {
        Span<byte> payload = frame[HeaderBytes..];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)payload.Length);
        frame[4] = (byte)type;
        BinaryPrimitives.WriteUInt32LittleEndian(frame[5..], Crc32C.Of(payload));
    }

    /// <summary>Reads one frame; null when the peer has closed the connection between two.</summary>
    /// <exception cref="InvalidDataException">It is none, or its bytes were changed on the way.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async ValueTask<WireFrame?> ReadAsync(Stream stream, CancellationToken cancel)
    {
        byte[] header = new byte[HeaderBytes];
        int read = await stream.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false, cancel);
        if (read < HeaderBytes)
        {
            return read == 0 ? null : throw new EndOfStreamException("The connection ended within a frame.");
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (length is < sizeof(long) or > MaxBytes)
        {
            throw new InvalidDataException($"A frame cannot have {length} bytes.");
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)length);
        var frame = new WireFrame((WireType)header[4], buffer, (int)length);
        try
        {
            await stream.ReadExactlyAsync(buffer.AsMemory(0, (int)length), cancel);
            if (Crc32C.Of(frame.Payload) != BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(5)))
            {
                throw new InvalidDataException($"The checksum of a {frame.Type} frame is wrong.");
            }

            return frame;
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
