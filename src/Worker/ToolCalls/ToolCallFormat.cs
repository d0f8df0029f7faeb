namespace Godwit.Worker.ToolCalls;

/// <summary>How a family of models writes calls of functions: how one opens and closes, and what stands between two.</summary>
internal sealed record ToolCallFormat
{
    private ToolCallFormat(Func<OutputSyntax, DeltaBuffer, ToolCallReader> createReader) => _createReader = createReader;

    private readonly Func<OutputSyntax, DeltaBuffer, ToolCallReader> _createReader;

    /// <summary>Hermes, Qwen, and the many that follow them.</summary>
    public static ToolCallFormat Hermes { get; } = new((syntax, output) => new HermesReader(syntax.Tools, syntax.MostCalls, output))
    {
        Name = "hermes",
        Markers = [HermesReader.Opening, HermesReader.Closing],
        BeforeName = HermesReader.Opening + "\n{\"name\": ",
        BeforeArguments = ", \"arguments\": ",
        AfterArguments = "}\n" + HermesReader.Closing,
        BetweenCalls = "\n",
    };

    /// <summary>Llama 3.1 and later.</summary>
    public static ToolCallFormat Llama3 { get; } = new((syntax, output) => new Llama3Reader(syntax.Tools, syntax.MostCalls, output))
    {
        Name = "llama3",
        Markers = [Llama3Reader.PythonTag],
        BeforeName = "{\"name\": ",
        BeforeArguments = ", \"parameters\": ",
        AfterArguments = "}",
        BetweenCalls = "; ",
    };

    /// <summary>Mistral's models.</summary>
    public static ToolCallFormat Mistral { get; } =
        new((syntax, output) => new MistralReader(syntax.Tools, syntax.MostCalls, output, syntax.OpensInCalls))
        {
            Name = "mistral",
            Markers = [MistralReader.Opening, MistralReader.Arguments, MistralReader.CallId],
            PromptOpening = MistralReader.Opening,
            BeforeCalls = "[",
            BeforeName = "{\"name\": ",
            BeforeArguments = ", \"arguments\": ",
            AfterArguments = "}",
            BetweenCalls = ", ",
            AfterCalls = "]",
            IdCharacters = 9,
        };

    /// <summary>Its name in the configuration.</summary>
    public required string Name { get; init; }

    /// <summary>Texts of it that may be control tokens.</summary>
    public required IReadOnlyList<string> Markers { get; init; }

    /// <summary>What a prompt ends in when calls shall follow; empty where the output itself opens them.</summary>
    public string PromptOpening { get; init; } = "";

    /// <summary>Before the first call.</summary>
    public string BeforeCalls { get; init; } = "";

    /// <summary>Before a call's name, which is a JSON string.</summary>
    public required string BeforeName { get; init; }

    /// <summary>Between the name and the arguments, which are a JSON object.</summary>
    public required string BeforeArguments { get; init; }

    /// <summary>After the arguments.</summary>
    public required string AfterArguments { get; init; }

    /// <summary>Between two calls.</summary>
    public required string BetweenCalls { get; init; }

    /// <summary>After the last call.</summary>
    public string AfterCalls { get; init; } = "";

    /// <summary>Letters and digits that the id of a call must have, where the chat templates insist; else null.</summary>
    public int? IdCharacters { get; init; }

    /// <summary>The format of a model.</summary>
    /// <param name="name">A format's name, or <c>auto</c>: what the chat template shows.</param>
    /// <param name="template">The chat template's text, the one for tools if there are several; null when there is none.</param>
    public static ToolCallFormat Find(string name, string? template) => name switch
    {
        "hermes" => Hermes,
        "llama3" => Llama3,
        "mistral" => Mistral,
        _ => Detect(template ?? ""),
    };

    /// <summary>A reader of calls.</summary>
    public ToolCallReader CreateReader(OutputSyntax syntax, DeltaBuffer output) => _createReader(syntax, output);

    // A template that knows no tools says nothing; Hermes is what most models have seen.
    private static ToolCallFormat Detect(string template)
    {
        if (Has(template, HermesReader.Opening))
        {
            return Hermes;
        }

        if (Has(template, MistralReader.Opening))
        {
            return Mistral;
        }

        return Has(template, Llama3Reader.PythonTag) || Has(template, "ipython") || Has(template, "\"parameters\": ") ? Llama3 : Hermes;
    }

    private static bool Has(string template, string text) => template.Contains(text, StringComparison.Ordinal);
}
