using System.Buffers.Binary;
using System.Text.Json;

namespace Godwit.Contracts.Migration;

/// <summary>
/// Body of <see cref="InternalPaths.Replay"/>: little-endian [u32 bytes of the head][head: JSON of a <see cref="CallHead"/>][the client's
/// body]. The ticket travels in the header <see cref="Frames.InternalHeaders.Admission"/>, as with every start.
/// </summary>
public static class CallEnvelope
{
    /// <summary>Most bytes of a head.</summary>
    public const int MaxHeadBytes = 32 * 1024 * 1024;

    /// <summary>Puts head and body together.</summary>
    public static byte[] Write(CallHead head, ReadOnlySpan<byte> body)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(head, ContractsJson.Default.CallHead);
        byte[] envelope = new byte[sizeof(uint) + json.Length + body.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(envelope, (uint)json.Length);
        json.CopyTo(envelope, sizeof(uint));
        body.CopyTo(envelope.AsSpan(sizeof(uint) + json.Length));
        return envelope;
    }

    /// <summary>Takes them apart.</summary>
    /// <exception cref="InvalidDataException">The bytes are no envelope.</exception>
    public static (CallHead Head, ReadOnlyMemory<byte> Body) Read(ReadOnlyMemory<byte> envelope)
    {
        if (envelope.Length < sizeof(uint))
        {
            throw new InvalidDataException("An envelope is shorter than its length field.");
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(envelope.Span);
        if (length > MaxHeadBytes || length > envelope.Length - sizeof(uint))
        {
            throw new InvalidDataException($"An envelope of {envelope.Length} bytes cannot have a head of {length}.");
        }

        try
        {
            CallHead? head = JsonSerializer.Deserialize(
                envelope.Span.Slice(sizeof(uint), (int)length), ContractsJson.Default.CallHead);
            return head is { Path: not null, Prompts: not null, Outputs: not null, From: not null }
                ? (head, envelope[(sizeof(uint) + (int)length)..])
                : throw new InvalidDataException("The head of an envelope lacks a field.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The head of an envelope is not what it should be: {e.Message}", e);
        }
    }
}
