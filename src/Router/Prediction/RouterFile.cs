using System.Security.Cryptography;
using System.Text.Json;

namespace Godwit.Router.Prediction;

/// <summary>Reads router files: one ONNX file is the whole router. Nothing is used that was not checked.</summary>
public static class RouterFile
{
    /// <summary>Name of the file in a models folder.</summary>
    public const string FileName = "router.onnx";

    /// <summary>How far a golden prompt's losses may be from those written down, nats per byte: other machines round otherwise.</summary>
    public const double GoldenTolerance = 1e-3;

    private const long MaxBytes = 512L * 1024 * 1024;

    /// <summary>Reads a file from disk.</summary>
    /// <exception cref="RouterFileException">It cannot be used.</exception>
    public static RouterModel Read(string path, bool cuda = false)
    {
        byte[] bytes;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxBytes } file)
            {
                throw new RouterFileException($"it has {file.Length} bytes; {MaxBytes} are allowed");
            }

            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RouterFileException(e.Message, e);
        }

        return Load(bytes, cuda);
    }

    /// <summary>Loads the bytes of a file: its graph, its manifest, and its golden prompts, which must come out as they did.</summary>
    /// <exception cref="RouterFileException">It cannot be used.</exception>
    public static RouterModel Load(byte[] file, bool cuda = false)
    {
        RouterGraph graph = RouterGraph.Load(file, cuda);
        try
        {
            RouterManifest manifest = ManifestOf(graph);
            if (Fault(manifest, graph) is { } fault)
            {
                throw new RouterFileException(fault);
            }

            RouterModel model = new(graph, manifest, Convert.ToHexStringLower(SHA256.HashData(file)));
            foreach (GoldenPrompt golden in manifest.Golden)
            {
                Check(model, golden);
            }

            return model;
        }
        catch
        {
            graph.Dispose();
            throw;
        }
    }

    private static RouterManifest ManifestOf(RouterGraph graph)
    {
        string json = graph.Metadata(RouterManifest.MetadataKey)
            ?? throw new RouterFileException($"it has no metadata '{RouterManifest.MetadataKey}'");
        try
        {
            return JsonSerializer.Deserialize(json, ManifestJson.Default.RouterManifest)
                ?? throw new RouterFileException("its manifest is empty");
        }
        catch (JsonException e)
        {
            throw new RouterFileException($"its manifest cannot be read: {e.Message}", e);
        }
    }

    private static string? Fault(RouterManifest manifest, RouterGraph graph)
    {
        int heads = manifest.Experts.Count(expert => expert.HasHead);
        return manifest.Version != RouterManifest.CurrentVersion
                ? $"its format has version {manifest.Version}, not {RouterManifest.CurrentVersion}"
            : manifest.Features.Fault() is { } features ? features
            : heads != graph.Heads ? $"it names {heads} experts with a head, and its graph has {graph.Heads}"
            : manifest.Experts.CountBy(expert => expert.Id, StringComparer.Ordinal).Any(count => count.Value > 1)
                ? "it names an expert twice"
            : manifest.Golden.Count == 0 ? "it has no golden prompts"
            : manifest.Golden.Any(golden => golden.Losses.Count != heads) ? "its golden prompts have another number of losses"
            : manifest.Centroids.Any(centroid => centroid.Length != graph.Width || !centroid.All(float.IsFinite))
                ? "its centroids do not fit its embedding"
            : manifest.Experts.Select(expert => Fault(expert, manifest.Centroids.Count)).FirstOrDefault(fault => fault is not null);
    }

    private static string? Fault(RouterExpert expert, int clusters) =>
        expert.ClusterMeans.Count != 0 && expert.ClusterMeans.Count != clusters
            ? $"expert '{expert.Id}' has means of {expert.ClusterMeans.Count} clusters; there are {clusters}"
        : !double.IsFinite(expert.MeanLoss) || !expert.ClusterMeans.All(double.IsFinite)
            ? $"expert '{expert.Id}' has a mean that is no number"
        : Calibration.Fault(expert.CalibrationX, expert.CalibrationY) is { } fault ? $"expert '{expert.Id}': {fault}"
        : null;

    private static void Check(RouterModel model, GoldenPrompt golden)
    {
        float[] losses = model.Try(golden.Text);
        for (int i = 0; i < losses.Length; i++)
        {
            if (!(Math.Abs(losses[i] - golden.Losses[i]) <= GoldenTolerance))
            {
                throw new RouterFileException(
                    $"a golden prompt comes out otherwise than when it was written: {losses[i]:F4} instead of {golden.Losses[i]:F4}");
            }
        }
    }
}
