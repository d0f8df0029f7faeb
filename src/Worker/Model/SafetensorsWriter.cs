using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Godwit.Worker.Model;

/// <summary>Writes safetensors files: the same tensors in the same order give the same bytes.</summary>
internal static class SafetensorsWriter
{
    // A cache line, and the widest vector.
    private const int Alignment = 64;

    public static void Write(string path, IReadOnlyList<SafetensorsTensor> tensors)
    {
        using var stream = File.Create(path);
        WriteHeader(stream, BuildHeader(tensors));
        foreach (var tensor in tensors)
            stream.Write(tensor.Data.Span);
    }

    /// <summary>
    /// Writes what comes before the data: 8 bytes of length, the JSON object, and as many spaces, which the format allows there, as make
    /// the data begin at a multiple of 64 bytes. So mapped weights are aligned as allocated ones are.
    /// </summary>
    public static void WriteHeader(Stream stream, ReadOnlySpan<byte> json)
    {
        var bytes = new byte[(SafetensorsHeader.LengthBytes + json.Length + Alignment - 1) / Alignment * Alignment];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)(bytes.Length - SafetensorsHeader.LengthBytes));
        var padded = bytes.AsSpan(SafetensorsHeader.LengthBytes);
        padded.Fill((byte)' ');
        json.CopyTo(padded);
        stream.Write(bytes);
    }

    private static ReadOnlySpan<byte> BuildHeader(IReadOnlyList<SafetensorsTensor> tensors)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteEndObject();
            var offset = 0L;
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Dtype.ToString());
                WriteNumbers(json, "shape", tensor.Shape);
                WriteNumbers(json, "data_offsets", [offset, offset + tensor.Data.Length]);
                json.WriteEndObject();
                offset += tensor.Data.Length;
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IReadOnlyList<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
