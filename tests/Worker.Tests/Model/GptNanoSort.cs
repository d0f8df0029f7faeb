using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Godwit.Worker.Model;
using Godwit.Worker.Tests.Model.Loading;

namespace Godwit.Worker.Tests.Model;

/// <summary>
/// A trained GPT of 85 thousand weights that sorts three kinds of tokens (golden/gpt-nano-sort), as a model folder, and the activations
/// that its makers stored for three sequences of eleven tokens.
/// </summary>
internal sealed class GptNanoSort : IDisposable
{
    public const int Sequences = 3;
    public const int Length = 11;
    public const int Rows = Sequences * Length;

    private readonly TemporaryModel _folder = new();
    private readonly Dictionary<string, (long[] Shape, float[] Values)> _activations = Read("gpt-nano-sort-t0-partials.json");

    /// <param name="layers">How many of its three layers the folder has.</param>
    public GptNanoSort(int layers = 3)
    {
        var tensors = new List<SafetensorsTensor>();
        foreach ((string name, (long[] shape, float[] values)) in Read("gpt-nano-sort-model.json"))
        {
            if (Enumerable.Range(layers, 3).Any(layer => name.StartsWith($"transformer.h.{layer}.", StringComparison.Ordinal)))
            {
                continue;
            }

            // minGPT keeps these as [outputs, inputs]; GPT-2's files as [inputs, outputs].
            bool turn = name.Contains(".c_", StringComparison.Ordinal) && shape.Length == 2;
            float[] stored = turn ? Transposed(values, (int)shape[0], (int)shape[1]) : values;
            tensors.Add(SafetensorsTensor.FromFloats(name, turn ? [shape[1], shape[0]] : shape, stored));
            Weights.Add(name, [.. stored.Select(v => (double)v)]);
        }

        _folder.Write("model.safetensors", [.. tensors]);
        _folder.Write("config.json", $$"""
            {"architectures":["GPT2LMHeadModel"],"n_layer":{{layers}},"n_head":3,"n_embd":48,"vocab_size":3,"n_positions":11,
            "activation_function":"gelu_new","tie_word_embeddings":false}
            """);
    }

    public string Folder => _folder.Path;

    /// <summary>Its weights, as GPT-2's files have them.</summary>
    public Dictionary<string, double[]> Weights { get; } = [];

    public int ActivationCount => _activations.Count;

    /// <summary>Token ids, one sequence after another.</summary>
    public int[] Tokens => [.. Stored("idx").Select(v => (int)v)];

    /// <summary>A stored activation, row-major.</summary>
    public float[] Stored(string name) => _activations[name].Values;

    public void Dispose() => _folder.Dispose();

    private static Dictionary<string, (long[] Shape, float[] Values)> Read(string file)
    {
        string path = Path.Combine(BundledModel.Folder("../tests/Worker.Tests/Model/golden/gpt-nano-sort"), file);
        JsonObject all = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        all.Remove("config");
        return all.ToDictionary(entry => entry.Key, entry => (
            entry.Value!["shape"]!.Deserialize<long[]>()!,
            MemoryMarshal.Cast<byte, float>(Convert.FromBase64String((string)entry.Value["data"]!)).ToArray()));
    }

    private static float[] Transposed(float[] values, int rows, int columns) =>
        [.. Enumerable.Range(0, values.Length).Select(i => values[(i % rows * columns) + (i / rows)])];
}
