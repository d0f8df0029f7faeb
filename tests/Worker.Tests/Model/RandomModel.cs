using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Godwit.Worker.Tests.Model;

/// <summary>A small model of random weights in Hugging Face layout on disk, and the same weights as doubles for the reference.</summary>
internal sealed class RandomModel : IDisposable
{
    private readonly Random _random;

    public RandomModel(RandomModelShape shape, int seed)
    {
        Shape = shape;
        _random = new Random(seed);
        Directory.CreateDirectory(Folder);
        foreach ((string name, double scale, long[] dimensions) in RandomModelWeights.List(shape))
        {
            Add(name, scale, dimensions);
        }

        File.WriteAllText(Path.Combine(Folder, "config.json"), RandomModelConfig.Write(shape).ToJsonString());
        WriteShards();
    }

    public RandomModelShape Shape { get; }

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), "godwit-model-" + Guid.NewGuid().ToString("n"));

    /// <summary>Name → values, as they are after rounding to the file's dtype.</summary>
    public Dictionary<string, (long[] Shape, double[] Values)> Weights { get; } = [];

    /// <summary>Name → values alone.</summary>
    public IReadOnlyDictionary<string, double[]> Values => Weights.ToDictionary(w => w.Key, w => w.Value.Values);

    /// <summary>Makes the embedding of token 0 not a number, in the file; it must be the first tensor, and F32.</summary>
    public void PoisonFirstToken()
    {
        using FileStream file = File.Open(Path.Combine(Folder, "model.safetensors"), FileMode.Open);
        using var reader = new BinaryReader(file);
        file.Position = 8 + reader.ReadInt64();
        for (int i = 0; i < Shape.Hidden; i++)
        {
            file.Write(BitConverter.GetBytes(float.NaN));
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Add(string name, double scale, params long[] shape)
    {
        double[] values = new double[shape.Aggregate(1L, (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Rounded(((_random.NextDouble() * 2) - 1) * scale, DtypeOf(name));
        }

        Weights.Add(name, (shape, values));
    }

    private static double Rounded(double value, string dtype) => dtype switch
    {
        "F32" => (float)value,
        "F16" => (double)(Half)value,
        _ => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits((float)value) & 0xFFFF0000),
    };

    private string DtypeOf(string name) =>
        Shape.Dtype == "mixed" ? ((string[])["F32", "F16", "BF16"])[name.Sum(c => c) % 3] : Shape.Dtype;

    private void WriteShards()
    {
        string[] names = [.. Weights.Keys];
        var map = new JsonObject();
        for (int shard = 0; shard < Shape.Shards; shard++)
        {
            string file = Shape.Shards == 1 ? "model.safetensors" : $"model-{shard + 1:D5}-of-{Shape.Shards:D5}.safetensors";
            string[] own = [.. names.Where((_, i) => i % Shape.Shards == shard)];
            WriteSafetensors(Path.Combine(Folder, file), own);
            foreach (string name in own)
            {
                map[name] = file;
            }
        }

        if (Shape.Shards > 1)
        {
            var index = new JsonObject { ["metadata"] = new JsonObject(), ["weight_map"] = map };
            File.WriteAllText(Path.Combine(Folder, "model.safetensors.index.json"), index.ToJsonString());
        }
    }

    private void WriteSafetensors(string path, string[] names)
    {
        var header = new JsonObject();
        using var data = new MemoryStream();
        foreach (string name in names)
        {
            long start = data.Length;
            foreach (double value in Weights[name].Values)
            {
                data.Write(Encode(value, DtypeOf(name)));
            }

            header[name] = new JsonObject
            {
                ["dtype"] = DtypeOf(name),
                ["shape"] = JsonSerializer.SerializeToNode(Weights[name].Shape),
                ["data_offsets"] = new JsonArray(start, data.Length),
            };
        }

        byte[] text = Encoding.UTF8.GetBytes(header.ToJsonString());
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        File.WriteAllBytes(path, [.. length, .. text, .. data.ToArray()]);
    }

    private static byte[] Encode(double value, string dtype) => dtype switch
    {
        "F32" => BitConverter.GetBytes((float)value),
        "F16" => BitConverter.GetBytes((Half)value),
        _ => BitConverter.GetBytes(BitConverter.SingleToUInt32Bits((float)value))[2..],
    };
}
