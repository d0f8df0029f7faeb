using System.Runtime.InteropServices;
using Godwit.Worker.Model;

namespace Godwit.CommandLine.Conversion;

/// <summary>
/// Reads a version 0 llama2.c checkpoint into tensors with Hugging Face names. The file has each kind of matrix for all layers
/// together, so tensors come in that order; only the rows of the query and key projections change their places.
/// </summary>
internal static class Llama2cCheckpoint
{
    public static (Llama2cShape Shape, IReadOnlyList<SafetensorsTensor> Tensors) Read(string path)
    {
        using var stream = File.OpenRead(path);
        var header = new byte[Llama2cShape.HeaderBytes];
        if (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
            throw new ConversionException(path, $"truncated: {stream.Length} bytes are not even a header");
        var shape = Llama2cShape.Parse(path, header);
        if (stream.Length != shape.FileBytes)
        {
            var fault = stream.Length < shape.FileBytes ? "truncated" : "too long";
            throw new ConversionException(path, $"{fault}: a checkpoint of its shape has {shape.FileBytes} bytes, the file has {stream.Length}");
        }

        return (shape, ReadTensors(stream, shape));
    }

    private static List<SafetensorsTensor> ReadTensors(Stream stream, Llama2cShape shape)
    {
        var (dim, hidden, kvDim) = (shape.Dim, shape.HiddenDim, shape.KvDim);
        var tensors = new List<SafetensorsTensor>();
        Add("model.embed_tokens.weight", [shape.Vocabulary, dim]);
        AddLayers("input_layernorm", [dim]);
        AddLayers("self_attn.q_proj", [dim, dim], values => ToHalves(values, shape.HeadDim, dim));
        AddLayers("self_attn.k_proj", [kvDim, dim], values => ToHalves(values, shape.HeadDim, dim));
        AddLayers("self_attn.v_proj", [kvDim, dim]);
        AddLayers("self_attn.o_proj", [dim, dim]);
        AddLayers("post_attention_layernorm", [dim]);
        AddLayers("mlp.gate_proj", [hidden, dim]);
        AddLayers("mlp.down_proj", [dim, hidden]);
        AddLayers("mlp.up_proj", [hidden, dim]);
        Add("model.norm.weight", [dim]);
        if (!shape.TiedClassifier)
        {
            // Two tables of rotations, which the model's configuration already determines, lie before the classifier.
            stream.Seek((long)shape.Context * shape.HeadDim * sizeof(float), SeekOrigin.Current);
            Add("lm_head.weight", [shape.Vocabulary, dim]);
        }

        return tensors;

        void AddLayers(string part, long[] dimensions, Func<float[], float[]>? arrange = null)
        {
            for (var layer = 0; layer < shape.Layers; layer++)
                Add($"model.layers.{layer}.{part}.weight", dimensions, arrange);
        }

        void Add(string name, long[] dimensions, Func<float[], float[]>? arrange = null)
        {
            var values = new float[dimensions.Aggregate(1L, (product, d) => product * d)];
            stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            tensors.Add(SafetensorsTensor.FromFloats(name, dimensions, arrange is null ? values : arrange(values)));
        }
    }

    /// <summary>
    /// Within each head, llama2.c turns the adjacent rows (2i, 2i + 1) by the i-th angle, Hugging Face the rows (i, i + half).
    /// </summary>
    private static float[] ToHalves(float[] rows, int headDim, int width)
    {
        var arranged = new float[rows.Length];
        var half = headDim / 2;
        for (var row = 0; row < rows.Length / width; row++)
        {
            var (head, place) = (row / headDim, row % headDim);
            var target = (head * headDim) + (place % 2 * half) + (place / 2);
            rows.AsSpan(row * width, width).CopyTo(arranged.AsSpan(target * width));
        }

        return arranged;
    }
}
