using Godwit.Worker.Model;
using Godwit.Worker.Model.Families;

namespace Godwit.CommandLine.Bench;

/// <summary>
/// Bytes that one decode step must read, however good the kernels: each weight once, and the keys and values of every row. Layers with a
/// window are counted like the others, which is too much once a context is longer than it.
/// </summary>
/// <param name="Weights">Bytes of the weights in the format that they have in memory. The embedding counts where it is the output
/// projection too; otherwise a step reads only a few rows of it, which are left out, as are those of position embeddings.</param>
/// <param name="KvPerToken">Bytes of the keys and values of one token, in all layers.</param>
internal sealed record StepBytes(long Weights, long KvPerToken)
{
    /// <summary>Bytes of the steps of one second.</summary>
    public double PerSecond(EngineSpeed speed) => speed.StepsPerSecond * (Weights + (speed.ContextPerStep * KvPerToken));

    /// <summary>Works them out for a model's folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="config">Its shape.</param>
    /// <param name="format">Format of the matrices in memory: f32, bf16 or int8. Vectors (norms, biases) are f32.</param>
    /// <param name="kvFormat">Format of keys and values: f32 or bf16.</param>
    public static StepBytes Of(string folder, ModelConfig config, string format, string kvFormat)
    {
        using WeightFiles files = WeightFiles.Open(folder);
        WeightNames names = config.Family.Weights;
        string[] rowsOnly = [
            .. config.TieWordEmbeddings ? [names.Head] : (string[])[.. names.Prefixes.Select(prefix => prefix + names.Embedding)],
            .. names.Prefixes.Select(prefix => prefix + names.Positions),
        ];
        long weights = files.Names
            .Where(name => !rowsOnly.Contains(Path.ChangeExtension(name, null)) && !names.NoWeights.Any(name.EndsWith))
            .Sum(name => Bytes(files.Get(name), format, names.InputsFirst));
        return new StepBytes(weights, 2L * config.LayerCount * config.KvHeadCount * config.HeadDim * (kvFormat == "bf16" ? 2 : 4));
    }

    private static long Bytes(WeightTensor tensor, string format, bool inputsFirst) => (tensor.Shape.Count, format) switch
    {
        (2, "bf16") => 2 * tensor.ElementCount,
        // One scale per output.
        (2, "int8") => tensor.ElementCount + (sizeof(float) * tensor.Shape[inputsFirst ? 1 : 0]),
        _ => sizeof(float) * tensor.ElementCount,
    };
}
