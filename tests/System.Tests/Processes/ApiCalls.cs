using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Godwit.System.Tests.Processes;

/// <summary>Raw calls, for what the official client would not send.</summary>
internal sealed class ApiCalls(Uri address) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = RunningGodwit.Patience };

    /// <summary>Posts text as JSON; headers only are awaited, so that a stream can be read as it comes.</summary>
    public async Task<HttpResponseMessage> PostAsync(string path, string body, CancellationToken cancellation = default)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    public Task<HttpResponseMessage> CompletionAsync(string model, int maxTokens, bool stream, CancellationToken cancellation = default) =>
        PostAsync(
            "/v1/completions",
            new JsonObject { ["model"] = model, ["prompt"] = "Once upon a time", ["max_tokens"] = maxTokens, ["temperature"] = 0, ["stream"] = stream }
                .ToJsonString(),
            cancellation);

    /// <summary>The value of a gauge without labels, or the sum over its labels.</summary>
    public async Task<double> GaugeAsync(string name)
    {
        string metrics = await _http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        double[] values =
        [
            .. metrics.Split('\n')
                .Where(line => line.StartsWith(name + " ", StringComparison.Ordinal) || line.StartsWith(name + "{", StringComparison.Ordinal))
                .Select(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)),
        ];
        return values.Length > 0 ? values.Sum() : throw new InvalidOperationException($"{name} is not in {address}metrics.");
    }

    /// <summary>The error of an answer that is not a success.</summary>
    public static async Task<(string Code, string Message)> ErrorAsync(HttpResponseMessage response)
    {
        using JsonDocument body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        JsonElement error = body.RootElement.GetProperty("error");
        return (error.GetProperty("code").GetString()!, error.GetProperty("message").GetString()!);
    }

    public void Dispose() => _http.Dispose();
}
