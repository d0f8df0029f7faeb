using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Godwit.System.Tests.Processes;

namespace Godwit.System.Tests.Migration;

/// <summary>Calls of an operator, on the main port of an <c>up</c> on loopback.</summary>
internal sealed class AdminCalls : IDisposable
{
    private readonly HttpClient _http;

    public AdminCalls(Uri address)
    {
        _http = new HttpClient { BaseAddress = address, Timeout = RunningGodwit.Patience };
        _http.DefaultRequestHeaders.Add("x-godwit-admin", "1");
    }

    /// <summary>The instances, as listed.</summary>
    public async Task<JsonObject[]> InstancesAsync() =>
        [.. (await GetAsync("/instances"))!["data"]!.AsArray().Select(instance => instance!.AsObject())];

    /// <summary>What is known of a request; null for nothing.</summary>
    public Task<JsonNode?> ExplainAsync(string request) => GetAsync($"/explain/{request}");

    /// <summary>Orders a move; whether the order was taken.</summary>
    public async Task<bool> MoveAsync(string request, string destination)
    {
        using HttpResponseMessage answer =
            await SendAsync(HttpMethod.Post, $"/requests/{request}/migrate", new JsonObject { ["destination"] = destination });
        return answer.IsSuccessStatusCode;
    }

    /// <summary>Sends a call that changes something.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, JsonObject? body = null)
    {
        HttpRequestMessage call = new(method, path)
        {
            Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        return _http.SendAsync(call);
    }

    /// <summary>Nothing moves but what is told to.</summary>
    public async Task StopMigrationAsync()
    {
        using HttpResponseMessage answer = await SendAsync(HttpMethod.Put, "/policy", new JsonObject { ["migration"] = "off" });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Waits until nothing runs, waits or holds a block anywhere.</summary>
    public async Task UntilIdleAsync()
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(30));
        while (true)
        {
            JsonObject[] instances = await InstancesAsync();
            if (instances.Length > 0 && instances.All(instance => Sum(instance) == 0))
                return;
            if (deadline.IsCancellationRequested)
                Assert.Fail("Something is left: " + string.Join('\n', instances.Select(instance => instance.ToJsonString())));
            await Task.Delay(100);
        }
    }

    public void Dispose() => _http.Dispose();

    private static long Sum(JsonObject instance) =>
        new[] { "running", "waiting", "kv_blocks_used" }.Sum(name => instance[name]!.GetValue<long>());

    private async Task<JsonNode?> GetAsync(string path)
    {
        using HttpResponseMessage answer = await _http.GetAsync(new Uri(path, UriKind.Relative));
        return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync()) : null;
    }
}
