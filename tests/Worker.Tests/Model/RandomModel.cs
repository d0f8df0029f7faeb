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
        AddWeights();
        WriteConfig();
        WriteShards();
    }

    public RandomModelShape Shape { get; }

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), "godwit-model-" + Guid.NewGuid().ToString("n"));

    /// <summary>Name → values, as they are after rounding to the file's dtype.</summary>
    public Dictionary<string, (long[] Shape, double[] Values)> Weights { get; } = [];

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void AddWeights()
    {
        RandomModelShape s = Shape;
        Add("model.embed_tokens.weight", 1, s.Vocabulary, s.Hidden);
        for (int layer = 0; layer < s.Layers; layer++)
        {
            string prefix = $"model.layers.{layer}.";
            AddProjection(prefix + "self_attn.q_proj", s.Heads * s.HeadDim, s.Hidden, s.QkvBias);
            AddProjection(prefix + "self_attn.k_proj", s.KvHeads * s.HeadDim, s.Hidden, s.QkvBias);
            AddProjection(prefix + "self_attn.v_proj", s.KvHeads * s.HeadDim, s.Hidden, s.QkvBias);
            AddProjection(prefix + "self_attn.o_proj", s.Hidden, s.Heads * s.HeadDim, s.OutputBias);
            AddProjection(prefix + "mlp.gate_proj", s.Intermediate, s.Hidden, false);
            AddProjection(prefix + "mlp.up_proj", s.Intermediate, s.Hidden, false);
            AddProjection(prefix + "mlp.down_proj", s.Hidden, s.Intermediate, false);
            Add(prefix + "input_layernorm.weight", 1, s.Hidden);
            Add(prefix + "post_attention_layernorm.weight", 1, s.Hidden);
        }

        Add("model.norm.weight", 1, s.Hidden);
        if (!s.Tied)
        {
            Add("lm_head.weight", 0.5, s.Vocabulary, s.Hidden);
        }
    }

    private void AddProjection(string name, int outputs, int inputs, bool bias)
    {
        Add(name + ".weight", 1.5 / Math.Sqrt(inputs), outputs, inputs);
        if (bias)
        {
            Add(name + ".bias", 0.5, outputs);
        }
    }

    private void Add(string name, double scale, params long[] shape)
    {
        double[] values = new double[shape.Aggregate(1L, (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Rounded(((_random.NextDouble() * 2) - 1) * scale);
        }

        Weights.Add(name, (shape, values));
    }

    private double Rounded(double value) => Shape.Dtype switch
    {
        "F32" => (float)value,
        "F16" => (double)(Half)value,
        _ => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits((float)value) & 0xFFFF0000),
    };

    private void WriteConfig()
    {
        RandomModelShape s = Shape;
        var config = new JsonObject
        {
            ["architectures"] = new JsonArray(s.Architecture),
            ["hidden_size"] = s.Hidden,
            ["intermediate_size"] = s.Intermediate,
            ["num_hidden_layers"] = s.Layers,
            ["num_attention_heads"] = s.Heads,
            ["num_key_value_heads"] = s.KvHeads,
            ["vocab_size"] = s.Vocabulary,
            ["max_position_embeddings"] = s.Context,
            ["rms_norm_eps"] = s.Eps,
            ["rope_theta"] = s.RopeTheta,
            ["tie_word_embeddings"] = s.Tied,
            ["hidden_act"] = "silu",
            ["eos_token_id"] = 2,
            ["bos_token_id"] = 1,
        };
        if (s.Architecture == "LlamaForCausalLM")
        {
            config["attention_bias"] = s.QkvBias;
        }

        if (s.HeadDim != s.Hidden / s.Heads)
        {
            config["head_dim"] = s.HeadDim;
        }

        if (s.Llama3Scaling)
        {
            config["rope_scaling"] = new JsonObject
            {
                ["rope_type"] = "llama3",
                ["factor"] = 8.0,
                ["low_freq_factor"] = 1.0,
                ["high_freq_factor"] = 4.0,
                ["original_max_position_embeddings"] = 32,
            };
        }

        File.WriteAllText(Path.Combine(Folder, "config.json"), config.ToJsonString());
    }

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
                data.Write(Encode(value));
            }

            header[name] = new JsonObject
            {
                ["dtype"] = Shape.Dtype,
                ["shape"] = JsonSerializer.SerializeToNode(Weights[name].Shape),
                ["data_offsets"] = new JsonArray(start, data.Length),
            };
        }

        byte[] text = Encoding.UTF8.GetBytes(header.ToJsonString());
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        File.WriteAllBytes(path, [.. length, .. text, .. data.ToArray()]);
    }

    private byte[] Encode(double value) => Shape.Dtype switch
    {
        "F32" => BitConverter.GetBytes((float)value),
        "F16" => BitConverter.GetBytes((Half)value),
        _ => BitConverter.GetBytes(BitConverter.SingleToUInt32Bits((float)value))[2..],
    };
}
