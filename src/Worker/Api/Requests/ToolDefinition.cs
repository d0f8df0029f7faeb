using System.Text.Json;

namespace Godwit.Worker.Api.Requests;

/// <summary>A function that the model may call.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">JSON schema of its arguments; null when it takes none. Lives as long as the request's body.</param>
/// <param name="Index">Its place in <c>tools</c>.</param>
internal sealed record ToolDefinition(string Name, JsonElement? Parameters, int Index);
