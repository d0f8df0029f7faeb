namespace Godwit.Worker.Api.Requests;

/// <summary>What <c>tool_choice</c> says.</summary>
/// <param name="Kind">Which of its forms it has.</param>
/// <param name="Name">The function that is to be called, if it names one.</param>
internal readonly record struct ToolChoice(ToolChoiceKind Kind, string? Name = null);
