using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates;

/// <summary>What a chat template is rendered with.</summary>
internal sealed record ChatTemplateInput
{
    /// <summary>Variables that only the server sets, besides the special tokens.</summary>
    public static readonly IReadOnlySet<string> Reserved =
        new HashSet<string>(StringComparer.Ordinal) { "messages", "tools", "documents", "add_generation_prompt" };

    /// <summary>The messages, oldest first: mappings with <c>role</c>, <c>content</c> and whatever else they have.</summary>
    public required IReadOnlyList<Value> Messages { get; init; }

    /// <summary>Tool definitions; null is none, which templates see as <c>none</c>.</summary>
    public Value? Tools { get; init; }

    /// <summary>Documents to answer from; null is none, which templates see as <c>none</c>.</summary>
    public Value? Documents { get; init; }

    /// <summary>Whether templates that can open the assistant's turn shall.</summary>
    public bool AddGenerationPrompt { get; init; }

    /// <summary>Further variables, such as <c>enable_thinking</c>.</summary>
    public IReadOnlyDictionary<string, Value> Variables { get; init; } = new Dictionary<string, Value>();

    /// <summary>What <c>strftime_now</c> takes for now; its own clock is read, no zone is applied.</summary>
    public required DateTimeOffset Now { get; init; }
}
