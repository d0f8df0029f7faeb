using System.Text.Json;
using Godwit.Router.Prediction;
using Godwit.Training.Selection.Onnx;

namespace Godwit.Training.Selection.Fit;

/// <summary>A router as its file holds it.</summary>
/// <param name="Weights">The arithmetic.</param>
/// <param name="Manifest">The rest.</param>
internal sealed record TrainedRouter(RouterWeights Weights, RouterManifest Manifest)
{
    /// <summary>Reads a router file.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static TrainedRouter Read(string path)
    {
        (RouterWeights weights, string manifest) = OnnxReader.Read(path);
        try
        {
            return new TrainedRouter(weights, JsonSerializer.Deserialize(manifest, ManifestJson.Default.RouterManifest)
                ?? throw new InvalidDataException($"{path}: its manifest is null"));
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }

    /// <summary>Writes it whole or not at all.</summary>
    public void Write(string path) =>
        OnnxWriter.Write(path, Weights, JsonSerializer.Serialize(Manifest, ManifestJson.Default.RouterManifest));

    /// <summary>Per prompt, the calibrated loss of each expert that has a head.</summary>
    public float[][] Predict(FeatureRows rows)
    {
        RouterExpert[] heads = [.. Manifest.Experts.Where(expert => expert.HasHead)];
        return
        [
            .. Embed(rows).Select(embedding => Weights.Loss.Apply(embedding)
                .Zip(heads, (loss, head) => (float)Calibration.Apply(head.CalibrationX, head.CalibrationY, loss)).ToArray()),
        ];
    }

    /// <summary>Embeddings of prompts.</summary>
    public float[][] Embed(FeatureRows rows) =>
        [.. Enumerable.Range(0, rows.Count).Select(row => Weights.Embed(rows.Ids(row), rows.Weights(row)))];
}
