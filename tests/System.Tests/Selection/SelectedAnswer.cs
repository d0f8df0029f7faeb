using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Godwit.System.Tests.Selection;

/// <summary>An answer to a chat whose model was chosen, and what its headers say of the choice.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Text">The assistant's message.</param>
/// <param name="Model">The model that the body names.</param>
/// <param name="Selection">Parts of <c>x-godwit-selection</c>.</param>
/// <param name="Warning"><c>x-godwit-selection-warning</c>, or null.</param>
internal sealed record SelectedAnswer(
    int Status, string Text, string Model, IReadOnlyDictionary<string, string> Selection, string? Warning)
{
    /// <summary>Asks for one.</summary>
    public static async Task<SelectedAnswer> AskAsync(HttpClient http, string prompt, string model = "auto", JsonObject? godwit = null)
    {
        JsonObject body = new()
        {
            ["model"] = model,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = prompt }),
            ["max_tokens"] = 6,
            ["temperature"] = 0,
        };
        if (godwit is not null)
            body["godwit"] = godwit;
        using StringContent content = new(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage response = await http.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), content);
        string json = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, json);
        using JsonDocument answer = JsonDocument.Parse(json);
        return new SelectedAnswer(
            (int)response.StatusCode,
            answer.RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!,
            answer.RootElement.GetProperty("model").GetString()!,
            PartsOf(response.Headers.TryGetValues("x-godwit-selection", out IEnumerable<string>? selection) ? selection.Single() : ""),
            response.Headers.TryGetValues("x-godwit-selection-warning", out IEnumerable<string>? warning) ? warning.Single() : null);
    }

    /// <summary>The parts of the header.</summary>
    public static Dictionary<string, string> PartsOf(string header) => header
        .Split("; ", StringSplitOptions.RemoveEmptyEntries)
        .Select(part => part.Split('='))
        .ToDictionary(part => part[0], part => part[1]);
}
