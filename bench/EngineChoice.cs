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

    private readonly Option<string> _kvFormat = new("--kv-format")
    {
        Description = "Format of the KV cache.",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<bool> _fast = new("--fast") { Description = "Measure the fast mode too, where there is one." };

    public EngineChoice(Command command)
    {
        command.Arguments.Add(_model);
        foreach (Option option in (Option[])[_threads, _runner, _format, _kvFormat, _fast])
            command.Options.Add(option);
    }

    /// <summary>The modes to measure: the plain one, and the fast one if that was asked for and differs here.</summary>
    public IReadOnlyList<EngineMode> Modes(ParseResult result)
    {
        bool[] modes = result.GetValue(_fast) ? [false, true] : [false];
        return [.. modes.Select(fast => EngineMode.Of(Model(result, fast))).OfType<EngineMode>()];
    }

    /// <summary>The same with another number of threads, or another format of the weights.</summary>
    public static ModelOptions With(ModelOptions model, int? threads = null, string? format = null) => new()
    {
        Path = model.Path,
        Threads = threads ?? model.Threads,
        Runner = model.Runner,
        Format = format ?? model.Format,
        KvFormat = model.KvFormat,
        Fast = model.Fast,
    };

    private ModelOptions Model(ParseResult result, bool fast) => new()
    {
        Path = Path.GetFullPath(result.GetRequiredValue(_model)),
        Threads = result.GetValue(_threads),
        Runner = result.GetRequiredValue(_runner),
        Format = result.GetRequiredValue(_format),
        KvFormat = result.GetRequiredValue(_kvFormat),
        Fast = fast,
    };
}
