using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Godwit.System.Tests.Processes;

namespace Godwit.System.Tests.Lifecycle;

[Collection(SharedGodwit.Collection)]
public sealed class SupervisorTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Instances_AreStartedAndStoppedOnOrder(bool separate)
    {
        string[] arguments =
            ["--workers", "stories260k=1", "--threads", "1", "--set", "Godwit:Supervision:DrainSeconds=5", .. separate ? ["--separate"] : (string[])[]];
        await using RunningGodwit godwit = await RunningGodwit.UpAsync(arguments);
        using HttpClient http = new() { BaseAddress = godwit.Api, Timeout = RunningGodwit.Patience };
        http.DefaultRequestHeaders.Add("x-godwit-admin", "1");

        // A leader is there within a moment, and the supervisor is announced within a second.
        (HttpStatusCode status, JsonElement answer) = await OnceLedAsync(http, """{"model":"stories260k","count":1}""");
        Assert.Equal((HttpStatusCode.Accepted, """{"ids":["worker-2"]}"""), (status, answer.GetRawText()));
        JsonElement started = (await ListingAsync(http, data => data.Count == 2))["worker-2"];
        Assert.Equal(("stories260k", "ready"), (started.GetProperty("model").GetString(), started.GetProperty("state").GetString()));
        int process = Assert.Single(Unix.Children(godwit.ProcessId, "worker-2"));

        (status, answer) = await PostAsync(http, """{"model":"nobody","count":1}""");
        Assert.Equal((HttpStatusCode.NotFound, "model_not_found"), (status, Code(answer)));
        using HttpResponseMessage unknown = await http.DeleteAsync(new Uri("/instances/worker-9", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);

        using HttpResponseMessage stopped = await http.DeleteAsync(new Uri("/instances/worker-2", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Accepted, stopped.StatusCode);
        await Unix.UntilAsync(() => !Unix.IsAlive(process));
        Assert.Equal("worker-1", Assert.Single(await ListingAsync(http, data => data.Count == 1)).Key);
        Assert.Empty(Unix.Children(godwit.ProcessId, "worker-2"));

        // A name is not given twice.
        (status, answer) = await PostAsync(http, """{"model":"stories260k"}""");
        Assert.Equal((HttpStatusCode.Accepted, """{"ids":["worker-3"]}"""), (status, answer.GetRawText()));
        godwit.Signal("TERM");
        Assert.Equal(0, await godwit.WaitForExitAsync());
        Assert.Empty(Unix.Children(godwit.ProcessId));
    }

    private static async Task<(HttpStatusCode Status, JsonElement Answer)> OnceLedAsync(HttpClient http, string body)
    {
        using CancellationTokenSource deadline = new(RunningGodwit.Patience);
        while (true)
        {
            (HttpStatusCode status, JsonElement answer) = await PostAsync(http, body);
            if (status == HttpStatusCode.Accepted)
            {
                return (status, answer);
            }

            Assert.Contains(Code(answer), new[] { "not_leader", "no_supervisor" });
            await Task.Delay(50, deadline.Token);
        }
    }

    private static async Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(HttpClient http, string body)
    {
        using StringContent content = new(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await http.PostAsync(new Uri("/instances", UriKind.Relative), content);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    private static async Task<Dictionary<string, JsonElement>> ListingAsync(
        HttpClient http, Func<Dictionary<string, JsonElement>, bool> condition)
    {
        using CancellationTokenSource deadline = new(RunningGodwit.Patience);
        while (true)
        {
            JsonElement listing = await http.GetFromJsonAsync<JsonElement>(new Uri("/instances", UriKind.Relative), deadline.Token);
            Dictionary<string, JsonElement> data =
                listing.GetProperty("data").EnumerateArray().ToDictionary(entry => entry.GetProperty("id").GetString()!);
            if (condition(data))
            {
                return data;
            }

            await Task.Delay(50, deadline.Token);
        }
    }

    private static string Code(JsonElement answer) => answer.GetProperty("error").GetProperty("code").GetString()!;
}
