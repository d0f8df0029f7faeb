using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Godwit.Worker.Model;

namespace Godwit.CommandLine.RandomModels;

/// <summary>
/// Writes random tensors to a safetensors file, a few megabytes at a time: neither the model nor a tensor of it is ever whole in memory.
/// </summary>
internal static class RandomWeightsFile
{
    private const int PartValues = 1 << 18;
    private const int BufferValues = 16 * PartValues;

    /// <summary>Writes the file.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="tensors">What, in this order.</param>
    /// <param name="seed">Seed of the values.</param>
    /// <param name="progress">Hears after every few megabytes how many bytes of values are written.</param>
    public static void Write(string path, IReadOnlyList<RandomTensor> tensors, long seed, Action<long> progress)
    {
        using FileStream stream = File.Create(path);
        SafetensorsWriter.WriteHeader(stream, Header(tensors));
        ushort[] buffer = new ushort[BufferValues];
        long written = 0;
        foreach (RandomTensor tensor in tensors)
        {
            for (long first = 0; first < tensor.Elements; first += BufferValues)
            {
                int count = (int)Math.Min(BufferValues, tensor.Elements - first);
                Fill(tensor, seed, first, buffer.AsMemory(0, count));
                stream.Write(LittleEndian(buffer.AsSpan(0, count)));
                written += (long)count * sizeof(ushort);
                progress(written);
            }
        }
    }

    private static void Fill(RandomTensor tensor, long seed, long first, Memory<ushort> values) => Parallel.For(
        0, (values.Length + PartValues - 1) / PartValues, part =>
        {
            int start = part * PartValues;
            tensor.Fill(seed, first + start, values.Span[start..Math.Min(start + PartValues, values.Length)]);
        });

    private static ReadOnlySpan<byte> LittleEndian(Span<ushort> values)
    {
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(values, values);
        return MemoryMarshal.AsBytes(values);
    }

    private static byte[] Header(IReadOnlyList<RandomTensor> tensors)
    {
        JsonObject header = new() { ["__metadata__"] = new JsonObject { ["format"] = "pt" } };
        long offset = 0;
        foreach (RandomTensor tensor in tensors)
        {
            long end = offset + (tensor.Elements * sizeof(ushort));
            header[tensor.Name] = new JsonObject
            {
                ["dtype"] = "BF16",
                ["shape"] = new JsonArray([.. tensor.Shape.Select(dimension => (JsonNode)dimension)]),
                ["data_offsets"] = new JsonArray(offset, end),
            };
            offset = end;
        }

        return Encoding.UTF8.GetBytes(header.ToJsonString());
    }
}
