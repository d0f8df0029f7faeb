using System.Buffers;
using System.Buffers.Binary;
using Godwit.Worker.Engine;
using Godwit.Worker.Migration.Wire;

namespace Godwit.Worker.Migration;

/// <summary>Frames of blocks: [move][count][the number of each][the bytes of each], read from and written to the engine's memory.</summary>
internal static class BlocksFrame
{
    private const int FixedBytes = sizeof(long) + sizeof(int);

    /// <summary>Reads blocks into a pooled frame.</summary>
    /// <param name="move">The move.</param>
    /// <param name="blocks">The blocks, with the numbers that the destination knows them by.</param>
    /// <param name="engine">Where they are.</param>
    /// <param name="length">Bytes of the frame.</param>
    public static byte[] Write(long move, ReadOnlySpan<(int Number, int Block)> blocks, EngineLoop engine, out int length)
    {
        int start = WireFrame.HeaderBytes + FixedBytes + (sizeof(int) * blocks.Length);
        length = start + (blocks.Length * engine.BytesPerBlock);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        Span<byte> frame = buffer.AsSpan(0, length);
        BinaryPrimitives.WriteInt64LittleEndian(frame[WireFrame.HeaderBytes..], move);
        BinaryPrimitives.WriteInt32LittleEndian(frame[(WireFrame.HeaderBytes + sizeof(long))..], blocks.Length);
        for (int i = 0; i < blocks.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(frame[(WireFrame.HeaderBytes + FixedBytes + (sizeof(int) * i))..], blocks[i].Number);
            engine.ReadBlock(blocks[i].Block, frame.Slice(start + (i * engine.BytesPerBlock), engine.BytesPerBlock));
        }

        WireFrame.Seal(WireType.Blocks, frame);
        return buffer;
    }

    /// <summary>The numbers of a frame's blocks, and their bytes one after the other.</summary>
    /// <exception cref="InvalidDataException">The bytes are not so many.</exception>
    public static int[] Read(ReadOnlySpan<byte> payload, int bytesPerBlock, out ReadOnlySpan<byte> bytes)
    {
        var wire = new WireReader(payload);
        wire.Int64();
        int[] numbers = wire.Numbers();
        bytes = wire.Rest();
        return bytes.Length == (long)numbers.Length * bytesPerBlock
            ? numbers
            : throw new InvalidDataException($"{numbers.Length} blocks cannot have {bytes.Length} bytes.");
    }
}
