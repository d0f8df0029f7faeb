using System.Runtime.InteropServices;
using Godwit.Worker.Model;
using Godwit.Worker.Tokenization;

namespace Godwit.Bench.Llamacpp;

/// <summary>
/// Writes a Llama model in Hugging Face layout as GGUF, the numbers unchanged (norms, which llama.cpp wants so, become f32). Its arch
/// "llama" turns the adjacent rows (2i, 2i + 1) of a head together, Hugging Face the rows (i, i + half): the rows of q and k change
/// places. The tokenizer has the right number of tokens and their texts, but not the original's merges: prompts are given as ids.
/// </summary>
internal static class GgufModel
{
    private const int Normal = 1, Unknown = 2, Control = 3, Byte = 6;

    private static readonly (string From, string To)[] s_layer =
    [
        ("input_layernorm", "attn_norm"),
        ("self_attn.q_proj", "attn_q"),
        ("self_attn.k_proj", "attn_k"),
        ("self_attn.v_proj", "attn_v"),
        ("self_attn.o_proj", "attn_output"),
        ("post_attention_layernorm", "ffn_norm"),
        ("mlp.gate_proj", "ffn_gate"),
        ("mlp.up_proj", "ffn_up"),
        ("mlp.down_proj", "ffn_down"),
    ];

    /// <summary>Writes the file.</summary>
    /// <exception cref="NotSupportedException">The model is no plain Llama.</exception>
    public static void Write(string folder, string path)
    {
        ModelConfig config = ModelConfig.Load(folder);
        if (config.Architecture != "LlamaForCausalLM" || config.QkvBias || config.OutputBias || config.FeedForwardBias
            || config.Layers[0].Rope is not { Scaling: null } rope)
        {
            throw new NotSupportedException($"{folder}: only Llama models without biases and with plain rotary positions are compared.");
        }

        using WeightFiles files = WeightFiles.Open(folder);
        using GgufWriter gguf = new();
        gguf.Add("general.architecture", "llama");
        gguf.Add("general.name", Path.GetFileName(folder));
        gguf.Add("llama.context_length", (uint)config.ContextLength);
        gguf.Add("llama.embedding_length", (uint)config.HiddenSize);
        gguf.Add("llama.feed_forward_length", (uint)config.IntermediateSize);
        gguf.Add("llama.block_count", (uint)config.LayerCount);
        gguf.Add("llama.attention.head_count", (uint)config.HeadCount);
        gguf.Add("llama.attention.head_count_kv", (uint)config.KvHeadCount);
        gguf.Add("llama.attention.key_length", (uint)config.HeadDim);
        gguf.Add("llama.attention.value_length", (uint)config.HeadDim);
        gguf.Add("llama.attention.layer_norm_rms_epsilon", (float)config.NormEps);
        gguf.Add("llama.rope.dimension_count", (uint)rope.Dimensions);
        gguf.Add("llama.rope.freq_base", (float)rope.Theta);
        gguf.Add("llama.vocab_size", (uint)config.VocabularySize);
        AddTokenizer(gguf, Tokenizer.Load(folder), config);
        gguf.WriteFile(path, [.. Tensors(files, config)]);
    }

    private static void AddTokenizer(GgufWriter gguf, Tokenizer tokenizer, ModelConfig config)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        string[] tokens = new string[config.VocabularySize];
        int[] types = new int[tokens.Length];
        for (int id = 0; id < tokens.Length; id++)
        {
            string text = tokenizer.IdToToken(id);
            tokens[id] = text.Length > 0 && seen.Add(text) ? text : $"<unused{id}>";
            types[id] = text switch
            {
                "<unk>" => Unknown,
                ['<', '0', 'x', _, _, '>'] => Byte,
                _ when tokenizer.IsSpecial(id) => Control,
                _ => Normal,
            };
        }

        gguf.Add("tokenizer.ggml.model", "llama");
        gguf.Add("tokenizer.ggml.tokens", tokens);
        gguf.Add("tokenizer.ggml.scores", [.. tokens.Select((_, id) => -(float)id)]);
        gguf.Add("tokenizer.ggml.token_type", types);
        gguf.Add("tokenizer.ggml.bos_token_id", (uint)(config.BosTokenId ?? 1));
        gguf.Add("tokenizer.ggml.eos_token_id", (uint)(config.EosTokenIds.Count > 0 ? config.EosTokenIds[^1] : 2));
        gguf.Add("tokenizer.ggml.add_bos_token", false);
    }

    private static IEnumerable<GgufTensor> Tensors(WeightFiles files, ModelConfig config)
    {
        yield return Of("token_embd", files.Get("model.embed_tokens.weight"));
        for (int layer = 0; layer < config.LayerCount; layer++)
        {
            foreach ((string from, string to) in s_layer)
            {
                int? headDim = to is "attn_q" or "attn_k" ? config.HeadDim : null;
                yield return Of($"blk.{layer}.{to}", files.Get($"model.layers.{layer}.{from}.weight"), headDim);
            }
        }

        yield return Of("output_norm", files.Get("model.norm.weight"));
        if (!config.TieWordEmbeddings)
            yield return Of("output", files.Get("lm_head.weight"));
    }

    private static GgufTensor Of(string name, WeightTensor tensor, int? headDim = null)
    {
        if (tensor.Shape.Count == 1)
        {
            float[] values = new float[tensor.ElementCount];
            tensor.CopyTo(values);
            return new GgufTensor(
                name + ".weight",
                GgufType.F32,
                tensor.Shape,
                sizeof(float) * (long)values.Length,
                stream => stream.Write(MemoryMarshal.AsBytes<float>(values)));
        }

        GgufType type = tensor.Dtype switch
        {
            WeightDtype.BF16 => GgufType.BF16,
            WeightDtype.F16 => GgufType.F16,
            _ => GgufType.F32,
        };
        return new GgufTensor(name + ".weight", type, tensor.Shape, tensor.ByteLength, stream => WriteRows(stream, tensor, headDim));
    }

    private static void WriteRows(Stream stream, WeightTensor tensor, int? headDim)
    {
        ReadOnlySpan<byte> data = tensor.Data;
        if (headDim is not { } dim)
        {
            stream.Write(data);
            return;
        }

        int rowBytes = data.Length / (int)tensor.Shape[0], half = dim / 2;
        for (int row = 0; row < tensor.Shape[0]; row++)
        {
            (int head, int place) = (row / dim, row % dim);
            int source = (head * dim) + (place % 2 * half) + (place / 2);
            stream.Write(data.Slice(source * rowBytes, rowBytes));
        }
    }
}
