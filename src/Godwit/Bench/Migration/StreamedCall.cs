using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Godwit.Contracts.Frames;

namespace Godwit.CommandLine.Bench.Migration;

/// <summary>One streamed completion through the Gateway: when its tokens came, and from which worker.</summary>
internal sealed class StreamedCall : IDisposable
{
    private const string Comment = ": godwit instance=";
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly object _lock = new();
    private readonly List<long> _tokens = [];
    private readonly long _sent = Stopwatch.GetTimestamp();
    private Task _reading = Task.CompletedTask;

    private StreamedCall()
    {
    }

    /// <summary>Its id.</summary>
    public string Request { get; private set; } = "";

    /// <summary>The worker that writes it.</summary>
    public string Instance { get; private set; } = "";

    /// <summary>Seconds from the call to its first token.</summary>
    public double FirstToken => (_tokens[0] - _sent) / (double)Stopwatch.Frequency;

    /// <summary>Whether it has come to its end.</summary>
    public bool HasEnded => _reading.IsCompleted;

    /// <summary>Sends the call and waits for its first token.</summary>
    public static async Task<StreamedCall> StartAsync(HttpClient client, IReadOnlyList<int> prompt, int maxTokens)
    {
        StreamedCall call = new();
        JsonObject body = new()
        {
            ["model"] = "bench",
            ["prompt"] = new JsonArray([.. prompt.Select(id => (JsonNode)id)]),
            ["max_tokens"] = maxTokens,
            ["temperature"] = 0,
            ["ignore_eos"] = true,
            ["stream"] = true,
        };
        using HttpRequestMessage message = new(HttpMethod.Post, "/v1/completions")
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        HttpResponseMessage response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, call._stop.Token);
        if (!response.IsSuccessStatusCode)
            throw new StartFailedException($"The cluster answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        call.Request = response.Headers.GetValues(InternalHeaders.RequestId).Single();
        call.Instance = response.Headers.GetValues(InternalHeaders.Instance).Single();
        call._reading = call.ReadAsync(response);
        await call._first.Task;
        return call;
    }

    /// <summary>Milliseconds between neighbouring tokens that came after a moment.</summary>
    public double[] GapsSince(long timestamp)
    {
        lock (_lock)
        {
            long[] tokens = [.. _tokens.Where(token => token >= timestamp)];
            return [.. tokens.Zip(tokens.Skip(1), (a, b) => (b - a) * 1e3 / Stopwatch.Frequency)];
        }
    }

    /// <summary>Leaves.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _reading;
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private async Task ReadAsync(HttpResponseMessage response)
    {
        using HttpResponseMessage owned = response;
        try
        {
            using StreamReader lines = new(await response.Content.ReadAsStreamAsync(_stop.Token));
            while (await lines.ReadLineAsync(_stop.Token) is { } line)
                Take(line);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
        {
            // We left, or it broke off: what came stands.
        }

        _first.TrySetResult();
    }

    private void Take(string line)
    {
        if (line.StartsWith(Comment, StringComparison.Ordinal))
            Instance = line[Comment.Length..];
        if (!line.StartsWith("data: {", StringComparison.Ordinal))
            return;
        lock (_lock)
            _tokens.Add(Stopwatch.GetTimestamp());
        _first.TrySetResult();
    }
}
