namespace Godwit.CommandLine.Eval;

/// <summary>What <c>godwit eval router</c> is asked for.</summary>
/// <param name="Router">The router file.</param>
/// <param name="Heldout">File of labelled held-out prompts.</param>
/// <param name="Models">Folder with the model cards.</param>
internal sealed record EvalRouterSettings(string Router, string Heldout, string Models)
{
    /// <summary>Server that labels the prompts anew and is timed; null: the file's labels.</summary>
    public Uri? Experts { get; init; }

    /// <summary>API key for it; null: none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Prompts that the router was trained on; null: the baselines are fitted on folds of the held-out ones.</summary>
    public string? Prompts { get; init; }

    /// <summary>Label file; null: none, labels that are asked for are forgotten.</summary>
    public string? Labels { get; init; }

    /// <summary>A checkout of RouteLLM; null: none.</summary>
    public string? RouteLlm { get; init; }

    /// <summary>Folder that takes the plots; null: none are drawn.</summary>
    public string? Plot { get; init; }

    /// <summary>Milliseconds per token by expert, where the user gives them.</summary>
    public IReadOnlyDictionary<string, double> TokenMs { get; init; } = new Dictionary<string, double>();

    /// <summary>Expert that the Router asks when it does not know better.</summary>
    public string Generalist { get; init; } = "general";

    /// <summary>Nats per byte that count as equally good.</summary>
    public double Epsilon { get; init; } = 0.01;

    /// <summary>Seed of folds, resamples and splits.</summary>
    public int Seed { get; init; } = 1;
}
