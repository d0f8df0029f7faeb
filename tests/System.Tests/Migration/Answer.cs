using System.Text.Json.Nodes;

namespace Godwit.System.Tests.Migration;

/// <summary>An answer as a client got it, and what of it must not depend on where it was made (DESIGN §5.3).</summary>
internal sealed record Answer(int Status, string Body, string Request)
{
    private const string Data = "data: ", Elsewhere = ": godwit instance=";

    /// <summary>Changes of worker that the stream told of.</summary>
    public int Changes => Body.Split('\n').Count(line => line.StartsWith(Elsewhere, StringComparison.Ordinal));

    /// <summary>Whether a stream came to its end.</summary>
    public bool IsWhole => !Body.StartsWith(Data, StringComparison.Ordinal) && !Body.Contains('\n' + Data, StringComparison.Ordinal)
        ? Body.EndsWith('}')
        : Body.TrimEnd().EndsWith("data: [DONE]", StringComparison.Ordinal);

    /// <summary>The events of every choice in their order, or the whole, without what is the request's own: its id, its time, what was cached.</summary>
    public string Essence()
    {
        string[] events =
        [
            .. Body.Split('\n').Where(line => line.StartsWith(Data, StringComparison.Ordinal)).Select(line => line[Data.Length..]),
        ];
        if (events.Length == 0)
            return Clean(Body).Json;
        return string.Join('\n', events.Where(line => line != "[DONE]").Select(Clean).OrderBy(part => part.Choice).Select(part => part.Json));
    }

    private static (int Choice, string Json) Clean(string json)
    {
        JsonObject answer = JsonNode.Parse(json)!.AsObject();
        answer.Remove("id");
        answer.Remove("created");
        (answer["usage"] as JsonObject)?.Remove("prompt_tokens_details");
        int choice = answer["choices"] is JsonArray { Count: 1 } choices ? choices[0]!["index"]!.GetValue<int>() : int.MaxValue;
        return (choice, answer.ToJsonString());
    }
}
