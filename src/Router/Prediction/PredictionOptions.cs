using System.ComponentModel.DataAnnotations;

namespace Godwit.Router.Prediction;

/// <summary>Which router file predicts.</summary>
internal sealed class PredictionOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Router:Prediction";

    /// <summary>The router file; null: <see cref="RouterFile.FileName"/> in the library's folder. It need not exist yet.</summary>
    public string? File { get; set; }

    /// <summary>Milliseconds between two looks whether the file has changed; 50 to 600000.</summary>
    [Range(50, 600_000)]
    public int ReloadMs { get; set; } = 1000;

    /// <summary>Where the graph is computed: <c>cpu</c>, or <c>cuda</c> in a build for it.</summary>
    [AllowedValues("cpu", "cuda")]
    public string Device { get; set; } = "cpu";
}
