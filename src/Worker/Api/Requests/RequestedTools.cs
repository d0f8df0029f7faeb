using System.Text.Json;

namespace Godwit.Worker.Api.Requests;

/// <summary>The functions of a chat request, and whether they are to be called.</summary>
/// <param name="Callable">Those that may be called, at least one: all, or the one that <c>tool_choice</c> names.</param>
/// <param name="ForTemplate">All definitions for the chat template, a list of objects.</param>
/// <param name="IsForced">One has to be called.</param>
/// <param name="IsNamed"><c>tool_choice</c> names it: it is called once.</param>
/// <param name="Parallel">An answer may have several calls.</param>
internal sealed record RequestedTools(
    IReadOnlyList<ToolDefinition> Callable, JsonElement ForTemplate, bool IsForced, bool IsNamed, bool Parallel);
