using Godwit.Worker.Engine;

namespace Godwit.Worker.Model;

/// <summary>
/// Reads what a model's folder says of embeddings: sentence-transformers' pooling, and Matryoshka training in <c>config.json</c>.
/// </summary>
internal static class EmbeddingReader
{
    /// <summary>Option value: as the folder says, the mean if it says nothing.</summary>
    public const string Auto = "auto";

    private const string Mean = "mean";
    private const string Last = "last";
    private const int MostEntries = 1 << 20;

    /// <summary>The embeddings of a model.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="hiddenSize">Entries of a hidden state.</param>
    /// <param name="pooling">The option: auto, mean or last.</param>
    /// <exception cref="ModelLoadException">The folder asks for a pooling that is not served.</exception>
    public static EmbeddingShape Read(string folder, int hiddenSize, string pooling)
    {
        string path = ModelFolder.RequireFile(folder, "config.json");
        return ModelFolder.ReadObject(path, json =>
        {
            var config = new ConfigSection(path, json);
            IReadOnlyList<int> dimensions = config.Ints("matryoshka_dimensions", 1, MostEntries);
            return new EmbeddingShape(
                hiddenSize,
                pooling switch
                {
                    Mean => Pooling.Mean,
                    Last => Pooling.Last,
                    _ => ReadPooling(Path.Combine(folder, "1_Pooling", "config.json")),
                },
                config.Bool("is_matryoshka", absent: dimensions.Count > 0),
                dimensions.Count > 0 ? dimensions : null);
        });
    }

    private static Pooling ReadPooling(string path) => !File.Exists(path) ? Pooling.Mean : ModelFolder.ReadObject(path, json =>
    {
        var config = new ConfigSection(path, json);
        string[] modes = [.. json.EnumerateObject()
            .Where(field => field.Name.StartsWith("pooling_mode_", StringComparison.Ordinal) && config.Bool(field.Name, absent: false))
            .Select(field => field.Name)];
        return modes switch
        {
            ["pooling_mode_mean_tokens"] => Pooling.Mean,
            ["pooling_mode_lasttoken"] => Pooling.Last,
            _ => throw config.Problem(
                $"asks for {(modes.Length == 0 ? "no pooling" : string.Join(" + ", modes))}; only pooling_mode_mean_tokens or "
                    + $"pooling_mode_lasttoken is served ({ModelOptions.Section}:Pooling can choose one)"),
        };
    });
}
