using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Godwit.Training.Selection.Labels;

namespace Godwit.Training.Selection.Evaluation;

/// <summary>Times experts over the OpenAI API: what a token costs a client who is alone.</summary>
internal static class ExpertClock
{
    private const int Tokens = 32;
    private const int Rounds = 5;

    /// <summary>Median milliseconds per token of short answers, by expert; who answers nothing is left out.</summary>
    /// <param name="address">Base address of the server, with <c>/v1</c> or without.</param>
    /// <param name="experts">Models to time.</param>
    /// <param name="key">API key; null: none.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="LabelException">The server cannot be reached, or answers otherwise than OpenAI.</exception>
    public static async Task<IReadOnlyDictionary<string, double>> MeasureAsync(
        Uri address, IReadOnlyList<string> experts, string? key = null, CancellationToken cancel = default)
    {
        string root = address.ToString().TrimEnd('/');
        using HttpClient client = new()
        {
            BaseAddress = new Uri(root.EndsWith("/v1", StringComparison.Ordinal) ? $"{root}/" : $"{root}/v1/"),
        };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        }

        Dictionary<string, double> times = new(StringComparer.Ordinal);
        foreach (string expert in experts)
        {
            List<double> rounds = [];
            for (int round = 0; round <= Rounds; round++)
            {
                // The first answer warms what is cold.
                if (await OnceAsync(client, expert, cancel) is { } ms && round > 0)
                {
                    rounds.Add(ms);
                }
            }

            if (rounds.Count > 0)
            {
                times[expert] = rounds.Order().ElementAt(rounds.Count / 2);
            }
        }

        return times;
    }

    private static async Task<double?> OnceAsync(HttpClient client, string expert, CancellationToken cancel)
    {
        JsonObject body = new() { ["model"] = expert, ["prompt"] = "Once", ["max_tokens"] = Tokens, ["temperature"] = 0 };
        long begun = Stopwatch.GetTimestamp();
        try
        {
            using HttpResponseMessage response = await client.PostAsJsonAsync("completions", body, cancel);
            string text = await response.Content.ReadAsStringAsync(cancel);
            double ms = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            if (!response.IsSuccessStatusCode)
            {
                throw new LabelException($"{expert}: {(int)response.StatusCode}: {text}");
            }

            using JsonDocument answer = JsonDocument.Parse(text);
            int tokens = answer.RootElement.GetProperty("usage").GetProperty("completion_tokens").GetInt32();
            return tokens > 0 ? ms / tokens : null;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or KeyNotFoundException)
        {
            throw new LabelException($"{client.BaseAddress}: {e.Message}", e);
        }
    }
}
