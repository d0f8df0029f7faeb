using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Godwit.Training.Experts.Vocabulary;
using Godwit.Worker.Model;
using static TorchSharp.torch;

namespace Godwit.Training.Experts.Network;

/// <summary>Writes an expert as Hugging Face's Llama, bf16, and reads its weights back to train on.</summary>
internal static class ExpertFiles
{
    /// <summary>The weights file of a model's folder.</summary>
    public const string Weights = "model.safetensors";

    /// <summary>What <c>config.json</c> shall hold.</summary>
    public static JsonObject Config(string name, ExpertShape shape) => new()
    {
        ["_name_or_path"] = name,
        ["architectures"] = new JsonArray("LlamaForCausalLM"),
        ["attention_bias"] = false,
        ["bos_token_id"] = ExpertTokenizer.Boundary,
        ["eos_token_id"] = Ends(),
        ["head_dim"] = shape.HeadDim,
        ["hidden_act"] = "silu",
        ["hidden_size"] = shape.Hidden,
        ["intermediate_size"] = shape.FeedForward,
        ["max_position_embeddings"] = shape.Context,
        ["mlp_bias"] = false,
        ["model_type"] = "llama",
        ["num_attention_heads"] = shape.Heads,
        ["num_hidden_layers"] = shape.Layers,
        ["num_key_value_heads"] = shape.Heads,
        ["rms_norm_eps"] = ExpertShape.NormEpsilon,
        ["rope_theta"] = ExpertShape.RopeTheta,
        ["rope_scaling"] = null,
        ["tie_word_embeddings"] = true,
        ["torch_dtype"] = "bfloat16",
        ["vocab_size"] = shape.Vocabulary,
    };

    /// <summary>What <c>generation_config.json</c> shall hold.</summary>
    public static JsonObject GenerationConfig() => new() { ["bos_token_id"] = ExpertTokenizer.Boundary, ["eos_token_id"] = Ends() };

    /// <summary>Writes the weights.</summary>
    public static void WriteWeights(string path, ExpertWeights weights)
    {
        SafetensorsTensor[] tensors =
        [
            .. weights.Named.SelectMany(weight => Parts(weight.Name, weights.Shape).Select(part =>
            {
                using Tensor rows = weight.Value.detach().narrow(0, part.First, part.Rows);
                return new SafetensorsTensor(part.Name, WeightDtype.BF16, rows.shape, Rounded(rows));
            })),
        ];
        SafetensorsWriter.Write(path, tensors);
    }

    /// <summary>Reads the weights that <see cref="WriteWeights"/> wrote.</summary>
    /// <exception cref="ModelLoadException">It is not such a file, or of another shape.</exception>
    public static ExpertWeights ReadWeights(string path, ExpertShape shape)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return ExpertWeights.Of(shape, name =>
        {
            List<float> values = [];
            foreach ((string part, _, _) in Parts(name, shape))
            {
                WeightTensor stored = file.Get(part);
                float[] floats = new float[stored.ElementCount];
                stored.CopyTo(floats);
                values.AddRange(floats);
            }

            return [.. values];
        });
    }

    private static JsonArray Ends() => new(ExpertTokenizer.Boundary, ExpertTokenizer.TurnEnd);

    /// <summary>The tensors that a matrix is written as, each a range of its rows.</summary>
    private static (string Name, long First, long Rows)[] Parts(string name, ExpertShape shape)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        string layer = dot < 0 ? "model." : $"model.layers.{name[..dot]}.";
        return name[(dot + 1)..] switch
        {
            "embedding" => [(layer + "embed_tokens.weight", 0, shape.Vocabulary)],
            "norm" => [(layer + "norm.weight", 0, shape.Hidden)],
            "attention_norm" => [(layer + "input_layernorm.weight", 0, shape.Hidden)],
            "feed_forward_norm" => [(layer + "post_attention_layernorm.weight", 0, shape.Hidden)],
            "attention_output" => [(layer + "self_attn.o_proj.weight", 0, shape.Hidden)],
            "down" => [(layer + "mlp.down_proj.weight", 0, shape.Hidden)],
            "gate_up" =>
            [
                (layer + "mlp.gate_proj.weight", 0, shape.FeedForward),
                (layer + "mlp.up_proj.weight", shape.FeedForward, shape.FeedForward),
            ],
            _ =>
            [
                (layer + "self_attn.q_proj.weight", 0, shape.Hidden),
                (layer + "self_attn.k_proj.weight", shape.Hidden, shape.Hidden),
                (layer + "self_attn.v_proj.weight", 2 * shape.Hidden, shape.Hidden),
            ],
        };
    }

    private static byte[] Rounded(Tensor values)
    {
        using Tensor flat = values.contiguous();
        float[] floats = [.. flat.data<float>()];
        byte[] bytes = new byte[2 * floats.Length];
        for (int i = 0; i < floats.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), BrainFloat.FromFloat(floats[i]));
        }

        return bytes;
    }
}
