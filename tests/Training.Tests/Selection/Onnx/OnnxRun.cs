using Godwit.Training.Selection.Fit;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Godwit.Training.Tests.Selection.Onnx;

/// <summary>A router file in ONNX Runtime.</summary>
internal sealed class OnnxRun(string file) : IDisposable
{
    private readonly InferenceSession _session = new(file);

    /// <summary>All outputs for some prompts, as one batch: shorter prompts are filled up with features of no weight.</summary>
    public (float[][] Loss, float[][] LogVariance, float[][] Embedding) Run(FeatureRows rows)
    {
        int slots = Enumerable.Range(0, rows.Count).Max(row => rows.Ids(row).Length);
        DenseTensor<long> ids = new([rows.Count, slots]);
        DenseTensor<float> weights = new([rows.Count, slots, 1]);
        for (int row = 0; row < rows.Count; row++)
        {
            for (int slot = 0; slot < rows.Ids(row).Length; slot++)
            {
                ids[row, slot] = rows.Ids(row)[slot];
                weights[row, slot, 0] = rows.Weights(row)[slot];
            }
        }

        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs = _session.Run(
            [NamedOnnxValue.CreateFromTensor("ids", ids), NamedOnnxValue.CreateFromTensor("weights", weights)],
            ["loss", "log_variance", "embedding"]);
        float[][][] values = [.. outputs.Select(output => output.AsEnumerable<float>().ToArray())
            .Select(flat => flat.Chunk(flat.Length / rows.Count).ToArray())];
        return (values[0], values[1], values[2]);
    }

    public string Metadata(string key) => _session.ModelMetadata.CustomMetadataMap[key];

    public void Dispose() => _session.Dispose();
}
