using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Godwit.Contracts.OpenAI;
using Godwit.Training.Selection.Prompts;

namespace Godwit.Training.Selection.Labels;

/// <summary>
/// An OpenAI-compatible server of experts. A prompt's loss is had without an answer: completions echo the prompt with its
/// log-probabilities, and generate nothing.
/// </summary>
internal sealed class ExpertServer : IDisposable
{
    private const int MostTries = 7;
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);

    private readonly HttpClient _client;
    private readonly TimeProvider _time;

    /// <summary>Calls nothing yet.</summary>
    /// <param name="address">Base address, with <c>/v1</c> or without.</param>
    /// <param name="key">API key; null: none.</param>
    /// <param name="time">Paces tries again.</param>
    public ExpertServer(Uri address, string? key = null, TimeProvider? time = null)
    {
        string root = address.ToString().TrimEnd('/');
        root = root.EndsWith("/v1", StringComparison.Ordinal) ? root : $"{root}/v1";
        _client = new HttpClient { BaseAddress = new Uri($"{root}/"), Timeout = TimeSpan.FromMinutes(2) };
        if (key is not null)
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        _time = time ?? TimeProvider.System;
    }

    /// <summary>The models that it serves; <c>auto</c> is a choice among them and none itself.</summary>
    /// <exception cref="LabelException">It cannot be reached, or answers otherwise than OpenAI.</exception>
    public async Task<IReadOnlyList<ServedExpert>> ListAsync(CancellationToken cancel = default)
    {
        using JsonDocument answer = await AskAsync(() => new HttpRequestMessage(HttpMethod.Get, "models"), cancel)
            ?? throw new LabelException($"{_client.BaseAddress}models: no list of models");
        return [.. answer.RootElement.GetProperty("data").EnumerateArray().Select(Describe).Where(expert => !IsChoice(expert.Id))];
    }

    /// <summary>An expert's loss on a text: minus the sum of its log-probabilities, over the text's bytes.</summary>
    /// <returns>Nats per UTF-8 byte; null: the text is longer than the expert's context.</returns>
    /// <exception cref="LabelException">It refuses for another reason, or keeps failing.</exception>
    public async Task<double?> LossAsync(string model, string text, CancellationToken cancel = default)
    {
        JsonObject body = new() { ["model"] = model, ["prompt"] = text, ["echo"] = true, ["logprobs"] = 0, ["max_tokens"] = 0 };
        using JsonDocument? answer = await AskAsync(
            () => new HttpRequestMessage(HttpMethod.Post, "completions") { Content = JsonContent.Create(body) }, cancel);
        return answer is null ? null : -Sum(answer, model) / PromptText.Bytes(text);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static bool IsChoice(string id) => id == "auto" || id.StartsWith("auto:", StringComparison.Ordinal);

    private static double Sum(JsonDocument answer, string model)
    {
        double sum = 0;
        int count = 0;
        JsonElement choice = answer.RootElement.GetProperty("choices")[0];
        if (choice.TryGetProperty("logprobs", out JsonElement logprobs) && logprobs.ValueKind == JsonValueKind.Object)
        {
            // The first token follows nothing, and has no probability.
            foreach (JsonElement logprob in logprobs.GetProperty("token_logprobs").EnumerateArray())
            {
                if (logprob.ValueKind == JsonValueKind.Number)
                {
                    sum += logprob.GetDouble();
                    count++;
                }
            }
        }

        return count > 0 ? sum : throw new LabelException($"{model}: the server gives no log-probabilities of a prompt");
    }

    private ServedExpert Describe(JsonElement model)
    {
        string digest = model.TryGetProperty("weights_digest", out JsonElement weights) && weights.GetString() is { Length: > 0 } given
            ? given
            : $"created:{(model.TryGetProperty("created", out JsonElement created) ? created.GetRawText() : "")}";
        int? context = model.TryGetProperty("max_model_len", out JsonElement length) && length.TryGetInt32(out int tokens) ? tokens : null;
        return new ServedExpert(model.GetProperty("id").GetString()!, digest, context, this);
    }

    // Null: the context is too short.
    private async Task<JsonDocument?> AskAsync(Func<HttpRequestMessage> request, CancellationToken cancel)
    {
        TimeSpan pause = s_firstPause;
        for (int tries = 1; ; tries++)
        {
            (JsonDocument? answer, string? failure, TimeSpan? wanted) = await TryAsync(request, cancel);
            if (failure is null)
                return answer;
            if (tries == MostTries)
                throw new LabelException($"{_client.BaseAddress}: {failure}");
            TimeSpan next = wanted ?? pause;
            await Task.Delay(next < s_longestPause ? next : s_longestPause, _time, cancel);
            pause *= 2;
        }
    }

    private async Task<(JsonDocument? Answer, string? Failure, TimeSpan? Pause)> TryAsync(
        Func<HttpRequestMessage> request, CancellationToken cancel)
    {
        try
        {
            using HttpRequestMessage message = request();
            using HttpResponseMessage response = await _client.SendAsync(message, cancel);
            string text = await response.Content.ReadAsStringAsync(cancel);
            if (response.IsSuccessStatusCode)
                return (JsonDocument.Parse(text), null, null);
            if (response.StatusCode is HttpStatusCode.TooManyRequests || (int)response.StatusCode >= 500)
                return (null, $"{(int)response.StatusCode}: {text}", response.Headers.RetryAfter?.Delta);
            return IsTooLong(text)
                ? (null, null, null)
                : throw new LabelException($"{_client.BaseAddress}{message.RequestUri}: {(int)response.StatusCode}: {text}");
        }
        catch (HttpRequestException error)
        {
            return (null, error.Message, null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (null, "no answer in time", null);
        }
        catch (JsonException error)
        {
            throw new LabelException($"{_client.BaseAddress}: the answer is no JSON: {error.Message}", error);
        }
    }

    // By our code and OpenAI's, or by the words of servers that give none.
    private static bool IsTooLong(string text) =>
        text.Contains(ApiErrorCodes.ContextLengthExceeded, StringComparison.Ordinal)
        || text.Contains("maximum context length", StringComparison.OrdinalIgnoreCase);
}
