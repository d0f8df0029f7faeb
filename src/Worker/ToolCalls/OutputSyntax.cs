using System.Collections.Frozen;

namespace Godwit.Worker.ToolCalls;

/// <summary>What is to be looked for in the outputs of a request.</summary>
internal sealed record OutputSyntax
{
    /// <summary>How calls are written; null where none are looked for.</summary>
    public ToolCallFormat? Calls { get; init; }

    /// <summary>Functions that may be called.</summary>
    public IReadOnlySet<string> Tools { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Calls to report of one output; further ones are left out.</summary>
    public int MostCalls { get; init; } = int.MaxValue;

    /// <summary>The prompt ends in <see cref="ToolCallFormat.PromptOpening"/>.</summary>
    public bool OpensInCalls { get; init; }

    /// <summary>The output may begin with reasoning.</summary>
    public bool Reasons { get; init; }

    /// <summary>The prompt has opened the reasoning.</summary>
    public bool OpensInReasoning { get; init; }

    /// <summary>Texts that are looked for and may be control tokens, which must then not be left out of the text.</summary>
    public IEnumerable<string> Markers =>
        (Calls?.Markers ?? []).Concat(Reasons ? [ReasoningReader.Opening, ReasoningReader.Closing] : []);
}
