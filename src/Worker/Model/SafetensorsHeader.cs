using System.Buffers.Binary;
using System.Text.Json;

namespace Godwit.Worker.Model;

/// <summary>
/// Parses the head of a safetensors file (8 bytes of length, a JSON object) and proves that the tensors it describes fill the
/// rest of the file exactly: no overlap, no gap, nothing beyond the end. After that, no offset needs another check.
/// </summary>
internal static class SafetensorsHeader
{
    public const int LengthBytes = 8;
    private const long LargestBytes = 100_000_000;
    private const string Metadata = "__metadata__";

    public static IReadOnlyDictionary<string, SafetensorsEntry> Read(string path, Stream stream)
    {
        var length = ReadLength(path, stream);
        var json = new byte[length];
        stream.ReadExactly(json);
        if (length == 0 || json[0] != (byte)'{')
            throw new ModelLoadException(path, "its header does not begin with '{'");

        var dataStart = LengthBytes + length;
        var entries = ModelFolder.ReadObject(path, json, root => ReadEntries(path, root, dataStart, stream.Length));
        RequireFullCover(path, entries.Values, dataStart, stream.Length);
        return entries;
    }

    private static Dictionary<string, SafetensorsEntry> ReadEntries(string path, JsonElement root, long dataStart, long fileLength)
    {
        var entries = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            if (property.Name != Metadata)
                entries.Add(property.Name, ReadEntry(path, property, dataStart, fileLength));
        }

        return entries;
    }

    private static long ReadLength(string path, Stream stream)
    {
        Span<byte> prefix = stackalloc byte[LengthBytes];
        if (stream.ReadAtLeast(prefix, LengthBytes, throwOnEndOfStream: false) < LengthBytes)
            throw new ModelLoadException(path, $"truncated: {stream.Length} bytes are not even a header's length");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LargestBytes)
            throw new ModelLoadException(path, $"its header claims {length} bytes; at most {LargestBytes} are allowed");
        if ((long)length > stream.Length - LengthBytes)
            throw new ModelLoadException(path, $"truncated: its header claims {length} bytes, the file has {stream.Length}");
        return (long)length;
    }

    private static SafetensorsEntry ReadEntry(string path, JsonProperty property, long dataStart, long fileLength)
    {
        var (name, value) = (property.Name, property.Value);
        if (value.ValueKind != JsonValueKind.Object
            || !value.TryGetProperty("dtype", out var dtypeValue) || dtypeValue.ValueKind != JsonValueKind.String
            || !value.TryGetProperty("shape", out var shapeValue) || !TryReadNumbers(shapeValue, out var shape)
            || !value.TryGetProperty("data_offsets", out var offsetsValue) || !TryReadNumbers(offsetsValue, out var offsets)
            || offsets.Length != 2)
        {
            throw new ModelLoadException(path, $"tensor '{name}' lacks a valid dtype, shape or data_offsets");
        }

        var (begin, end) = (offsets[0], offsets[1]);
        if (begin > end || end > fileLength - dataStart)
            throw new ModelLoadException(path, $"tensor '{name}' lies at {begin}…{end}, outside the {fileLength - dataStart} bytes of data");
        var dtype = dtypeValue.GetString()!;
        if (ElementBytes(dtype) is { } size && ByteLength(shape, size) != end - begin)
            throw new ModelLoadException(path, $"tensor '{name}' of {dtype} [{string.Join(", ", shape)}] does not take {end - begin} bytes");
        return new SafetensorsEntry(name, dtype, shape, dataStart + begin, end - begin);
    }

    private static void RequireFullCover(string path, IEnumerable<SafetensorsEntry> entries, long dataStart, long fileLength)
    {
        var expected = dataStart;
        foreach (var entry in entries.OrderBy(e => e.Offset).ThenBy(e => e.ByteLength))
        {
            if (entry.Offset != expected)
                throw new ModelLoadException(path, $"tensor '{entry.Name}' {(entry.Offset < expected ? "overlaps the one" : "leaves a gap to the one")} before it");
            expected += entry.ByteLength;
        }

        if (expected != fileLength)
            throw new ModelLoadException(path, $"{fileLength - expected} bytes at its end belong to no tensor");
    }

    private static bool TryReadNumbers(JsonElement list, out long[] numbers)
    {
        numbers = [];
        if (list.ValueKind != JsonValueKind.Array)
            return false;
        numbers = new long[list.GetArrayLength()];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (list[i].ValueKind != JsonValueKind.Number || !list[i].TryGetInt64(out numbers[i]) || numbers[i] < 0)
                return false;
        }

        return true;
    }

    /// <summary>Null if the product is larger than any file.</summary>
    private static long? ByteLength(long[] shape, int elementBytes)
    {
        if (Array.IndexOf(shape, 0L) >= 0)
            return 0;
        UInt128 total = (uint)elementBytes;
        foreach (var dimension in shape)
        {
            total *= (ulong)dimension;
            if (total > long.MaxValue)
                return null;
        }

        return (long)total;
    }

    /// <summary>Null for a format that is not known: such a tensor is refused only when it is asked for.</summary>
    private static int? ElementBytes(string dtype) => dtype switch
    {
        "F64" or "I64" or "U64" => 8,
        "F32" or "I32" or "U32" => 4,
        "F16" or "BF16" or "I16" or "U16" => 2,
        "I8" or "U8" or "BOOL" or "F8_E4M3" or "F8_E5M2" => 1,
        _ => null,
    };
}
