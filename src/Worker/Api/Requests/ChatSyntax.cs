using Godwit.Worker.ToolCalls;

namespace Godwit.Worker.Api.Requests;

/// <summary>How the output of a chat is to be read, and what its prompt has to end in for that.</summary>
/// <param name="Output">What to look for; null when all of it is content.</param>
/// <param name="PromptEnd">What comes after the rendered prompt; mostly nothing.</param>
internal readonly record struct ChatSyntax(OutputSyntax? Output, string PromptEnd)
{
    /// <summary>The syntax of a chat.</summary>
    /// <param name="model">What is served.</param>
    /// <param name="tools">The functions, if any may be called.</param>
    /// <param name="isConstrained">The request says what the output must be.</param>
    /// <param name="prompt">The rendered prompt.</param>
    public static ChatSyntax Of(ServedModel model, RequestedTools? tools, bool isConstrained, string prompt)
    {
        bool isForced = tools is { IsForced: true };
        ToolCallFormat? calls = tools is null || (isConstrained && !isForced) ? null : model.ToolCalls;

        // What a constraint has to hold for begins with the output: there is no thinking before it.
        bool reasons = model.Reasons && !isConstrained && !isForced;
        bool isOpen = model.Reasons && prompt.AsSpan().TrimEnd().EndsWith(ReasoningReader.Opening);
        string end = (isOpen && !reasons ? $"\n{ReasoningReader.Closing}\n\n" : "") + (isForced ? model.ToolCalls.PromptOpening : "");
        return calls is null && !reasons
            ? new ChatSyntax(null, end)
            : new ChatSyntax(
                new OutputSyntax
                {
                    Calls = calls,
                    Tools = (tools?.Callable ?? []).Select(tool => tool.Name).ToHashSet(StringComparer.Ordinal),
                    MostCalls = tools is { Parallel: false } ? 1 : int.MaxValue,
                    OpensInCalls = isForced && model.ToolCalls.PromptOpening.Length > 0,
                    Reasons = reasons,
                    OpensInReasoning = reasons && isOpen,
                },
                end);
    }
}
