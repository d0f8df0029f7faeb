using System.CommandLine;
using Godwit.Worker.Model;

namespace Godwit.Bench;

/// <summary>The options by which a benchmark is told which model to run, and how it is computed.</summary>
internal sealed class EngineChoice
{
    private readonly Argument<string> _model = new("MODEL") { Description = "Folder of the model in Hugging Face layout." };

    private readonly Option<int> _threads = new("--threads")
    {
        Description = "Threads of one forward pass. Default: all cores.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private readonly Option<string> _runner = new("--runner")
    {
        Description = "What computes it: cpu or torch.",
        DefaultValueFactory = _ => new ModelOptions().Runner,
    };

    private readonly Option<string> _format = new("--format") { Description = "Format of the weights.", DefaultValueFactory = _ => "auto" };
    private readonly Option<string> _kvFormat = new("--kv-format") { Description = "Format of the KV cache.", DefaultValueFactory = _ => "auto" };
    private readonly Option<bool> _fast = new("--fast") { Description = "Measure the fast mode too, after the exact one." };

    public EngineChoice(Command command)
    {
        command.Arguments.Add(_model);
        foreach (Option option in (Option[])[_threads, _runner, _format, _kvFormat, _fast])
            command.Options.Add(option);
    }

    /// <summary>Folder of the model.</summary>
    public string Folder(ParseResult result) => Path.GetFullPath(result.GetRequiredValue(_model));

    /// <summary>Threads of one forward pass.</summary>
    public int Threads(ParseResult result) => result.GetValue(_threads);

    /// <summary>The modes to measure: exact, and fast if that was asked for.</summary>
    public IReadOnlyList<bool> FastModes(ParseResult result) => result.GetValue(_fast) ? [false, true] : [false];

    /// <summary>The model in one mode.</summary>
    public ModelOptions Model(ParseResult result, bool fast, string? format = null) => new()
    {
        Path = Folder(result),
        Threads = Threads(result),
        Runner = result.GetRequiredValue(_runner),
        Format = format ?? result.GetRequiredValue(_format),
        KvFormat = result.GetRequiredValue(_kvFormat),
        Fast = fast,
    };
}
