using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Godwit.Contracts;
using Godwit.Contracts.OpenAI;
using Godwit.Contracts.Selection;
using Godwit.Gateway.Selection.Asking;
using Godwit.Testing;
using Microsoft.AspNetCore.Http;

namespace Godwit.Gateway.Tests.Selection;

[Collection(RedisCollection.Name)]
public sealed class SelectionTests(RedisServers servers)
{
    private const string Chat = """{"model":"auto","messages":[{"role":"user","content":"[Flag: size=0.25] SELECT 1 [Flag: foo]"}],"seed":7}""";

    [Fact]
    public async Task Worker_of_the_chosen_model_gets_a_request_that_names_it()
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedRouter router = await ScriptedRouter.StartAsync("sql", "general");
        await using ScriptedWorker sql = await StartAsync(redis, "sql");
        await using ScriptedWorker general = await StartAsync(redis, "general");
        await using RunningGateway gateway = await StartAsync(redis, router);

        using HttpResponseMessage response = await gateway.PostAsync(Chat);
        Assert.Equal("one", await response.Content.ReadAsStringAsync());
        Assert.Equal("sql", Header(response, "x-godwit-model"));
        Assert.Equal("model=sql; reason=lowest_cost; loss=0.412; margin=0.093; router=ab12cd34", Header(response, "x-godwit-selection"));
        Assert.Equal("""unknown flag "foo""" + "\"", Header(response, "x-godwit-selection-warning"));
        Assert.Empty(general.Calls);
        WorkerCall call = Assert.Single(sql.Calls);
        Assert.Equal("""{"model":"sql","messages":[{"role":"user","content":"SELECT 1"}],"seed":7}""", Encoding.UTF8.GetString(call.Body));
        Assert.Equal(("sql", 7L), (call.Ticket.Model, call.Ticket.Seed));

        SelectRequest asked = Assert.Single(router.Requests);
        Assert.Equal(("SELECT 1", "auto"), (asked.Prompt, asked.Preset));
        Assert.Equal([KeyValuePair.Create("size", 0.25)], asked.Goals!);
        Assert.Equal(["chat"], asked.Needs!);
    }

    [Fact]
    public async Task Wishes_reach_the_router_flags_before_body_before_headers()
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedRouter router = await ScriptedRouter.StartAsync("a");
        await using ScriptedWorker worker = await StartAsync(redis, "a");
        await using RunningGateway gateway = await StartAsync(redis, router);
        gateway.Client.DefaultRequestHeaders.Add("x-godwit-goals", "size=0.1, latency=0.2,price=0.3, foo=1, queue=x");
        gateway.Client.DefaultRequestHeaders.Add("x-godwit-models", "a, b");

        using HttpResponseMessage response = await gateway.PostAsync(
            """
            {"model":"auto:small","prompt":"x [Flag: size=0.5]","max_tokens":9,"tools":[{}],"guided_regex":"a",
             "godwit":{"goals":{"size":0.3,"latency":0.4},"residency":"de","max_security_class":1,"needs":["logprobs"]}}
            """,
            "/v1/completions");
        Assert.Equal("one", await response.Content.ReadAsStringAsync());
        Assert.Equal(
            """unknown goal "foo"; goal "queue" needs a number from 0 to 10: queue=0.4""", Header(response, "x-godwit-selection-warning"));
        SelectRequest asked = Assert.Single(router.Requests);
        Assert.Equal(("small", 9, "de", 1), (asked.Preset, asked.MaxTokens, asked.Residency, asked.MaxSecurityClass!.Value));
        Assert.Equal([("latency", 0.4), ("price", 0.3), ("size", 0.5)], asked.Goals!.Select(goal => (goal.Key, goal.Value)).Order());
        Assert.Equal(["a", "b"], asked.Models!);
        Assert.Equal(["logprobs", "tools", "structured"], asked.Needs!);
        Assert.Equal(
            ["guided_regex", "max_tokens", "model", "prompt", "tools"],
            JsonNode.Parse(Assert.Single(worker.Calls).Body)!.AsObject().Select(field => field.Key).Order());
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"godwit":{}}""", null)]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "size=1")]
    public async Task Body_with_wishes_and_without_a_model_is_one_for_auto(string body, string? goals)
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedRouter router = await ScriptedRouter.StartAsync("a");
        await using ScriptedWorker worker = await StartAsync(redis, "a");
        await using RunningGateway gateway = await StartAsync(redis, router);
        gateway.Client.DefaultRequestHeaders.Add("x-godwit-goals", goals);
        using HttpResponseMessage response = await gateway.PostAsync(body);
        Assert.Equal("one", await response.Content.ReadAsStringAsync());
        Assert.Single(router.Requests);
    }

    [Fact]
    public async Task Named_model_stays_and_loses_the_field()
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedRouter router = await ScriptedRouter.StartAsync("b");
        await using ScriptedWorker worker = await StartAsync(redis, "a");
        await using RunningGateway gateway = await StartAsync(redis, router);
        using HttpResponseMessage response = await gateway.PostAsync("""{"model":"a","godwit":{"goals":{"size":1}},"prompt":"[Flag: size=1]"}""");
        Assert.Equal("one", await response.Content.ReadAsStringAsync());
        Assert.Equal("""{"model":"a","prompt":"[Flag: size=1]"}""", Encoding.UTF8.GetString(Assert.Single(worker.Calls).Body));
        Assert.False(response.Headers.Contains("x-godwit-selection"));
        Assert.Equal("the model was named: wishes for its choice are ignored", Header(response, "x-godwit-selection-warning"));
        Assert.Empty(router.Requests);
    }

    [Fact]
    public async Task Model_without_capacity_is_passed_over()
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedRouter router = await ScriptedRouter.StartAsync("full", "gone", "free");
        string overloaded = Encoding.UTF8.GetString(ApiErrorBody.ToUtf8(ApiError.Overloaded("full")));
        await using ScriptedWorker full = await ScriptedWorker.StartAsync(redis, "full", "full", call => call.RefuseAsync(503, overloaded));
        await using ScriptedWorker free = await StartAsync(redis, "free");
        await using RunningGateway gateway = await StartAsync(redis, router);
        using HttpResponseMessage response = await gateway.PostAsync(Chat);
        Assert.Equal("one", await response.Content.ReadAsStringAsync());
        Assert.Equal("free", Header(response, "x-godwit-model"));
        Assert.Equal("model=free; reason=no_capacity; router=ab12cd34", Header(response, "x-godwit-selection"));
        Assert.Equal("full", Assert.Single(full.Calls).Ticket.Model);
        Assert.Equal("free", Assert.Single(free.Calls).Ticket.Model);
    }

    [Fact]
    public async Task Last_model_without_capacity_says_so()
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedRouter router = await ScriptedRouter.StartAsync("full");
        string overloaded = Encoding.UTF8.GetString(ApiErrorBody.ToUtf8(ApiError.Overloaded("full")));
        await using ScriptedWorker full = await ScriptedWorker.StartAsync(redis, "full", "full", call => call.RefuseAsync(503, overloaded));
        await using RunningGateway gateway = await StartAsync(redis, router);
        using HttpResponseMessage response = await gateway.PostAsync(Chat);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("server_is_overloaded", await CodeAsync(response));
    }

    [Fact]
    public async Task What_a_worker_refuses_is_not_asked_elsewhere()
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedRouter router = await ScriptedRouter.StartAsync("a", "b");
        string wrong = Encoding.UTF8.GetString(ApiErrorBody.ToUtf8(ApiError.Invalid("no", "n", ApiErrorCodes.InvalidValue)));
        await using ScriptedWorker a = await ScriptedWorker.StartAsync(redis, "a", "a", call => call.RefuseAsync(400, wrong));
        await using ScriptedWorker b = await StartAsync(redis, "b");
        await using RunningGateway gateway = await StartAsync(redis, router);
        using HttpResponseMessage response = await gateway.PostAsync(Chat);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(b.Calls);
    }

    [Fact]
    public async Task Without_a_router_the_generalist_answers()
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedWorker other = await StartAsync(redis, "another");
        await using ScriptedWorker general = await StartAsync(redis, "general");
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis);
        await gateway.Registry.UntilAsync(snapshot => snapshot.Instances.Count == 2);
        using HttpResponseMessage response = await gateway.PostAsync(Chat);
        Assert.Equal("one", await response.Content.ReadAsStringAsync());
        Assert.Equal("model=general; reason=no_router", Header(response, "x-godwit-selection"));
        Assert.EndsWith("the Router was not heard; goals are ignored", Header(response, "x-godwit-selection-warning"));
        Assert.DoesNotContain("auto", await gateway.Client.GetStringAsync("/v1/models"), StringComparison.Ordinal);

        using HttpResponseMessage allowed = await gateway.PostAsync(
            """{"model":"auto","messages":[{"role":"user","content":"x"}],"godwit":{"models":["another"]}}""");
        Assert.Equal("another", Header(allowed, "x-godwit-model"));
        using HttpResponseMessage none = await gateway.PostAsync("""{"model":"auto","prompt":"x","godwit":{"models":["nobody"]}}""");
        Assert.Equal((HttpStatusCode.NotFound, "model_not_found"), (none.StatusCode, await CodeAsync(none)));
    }

    [Fact]
    public async Task Router_that_keeps_silent_is_not_waited_for()
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedRouter router = await ScriptedRouter.StartAsync(async (request, context) =>
        {
            if (request.Prompt == "Hello")
            {
                return new SelectResponse("slow", [], SelectionReasons.LowestCost);
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return null;
        });
        await using ScriptedWorker worker = await StartAsync(redis, "only");
        await using RunningGateway gateway = await StartAsync(redis, router);
        using HttpResponseMessage response = await gateway.PostAsync(Chat);
        Assert.Equal("one", await response.Content.ReadAsStringAsync());
        Assert.Equal("model=only; reason=router_timeout", Header(response, "x-godwit-selection"));
    }

    [Fact]
    public async Task Router_that_knows_nobody_is_not_asked()
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedRouter router = await ScriptedRouter.StartAsync((_, context) =>
        {
            context.Response.StatusCode = 503;
            return Task.FromResult<SelectResponse?>(null);
        });
        await using ScriptedWorker worker = await StartAsync(redis, "only");
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis, ("Gateway:Selection:Router", router.Address));
        using HttpResponseMessage response = await gateway.PostAsync(Chat);
        Assert.Equal("one", await response.Content.ReadAsStringAsync());
        Assert.Equal("model=only; reason=no_router", Header(response, "x-godwit-selection"));
        Assert.Empty(router.Requests);
    }

    [Fact]
    public async Task Refusal_of_the_router_is_the_clients()
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedRouter router = await ScriptedRouter.StartAsync(async (request, context) =>
        {
            if (request.Prompt == "Hello")
            {
                return new SelectResponse("a", [], SelectionReasons.LowestCost);
            }

            context.Response.StatusCode = 400;
            await context.Response.WriteAsJsonAsync(
                new ApiErrorBody(ApiError.Invalid("too long for all", null, ApiErrorCodes.ContextLengthExceeded)), ContractsJson.Default.ApiErrorBody);
            return null;
        });
        await using ScriptedWorker worker = await StartAsync(redis, "a");
        await using RunningGateway gateway = await StartAsync(redis, router);
        using HttpResponseMessage response = await gateway.PostAsync(Chat);
        Assert.Equal((HttpStatusCode.BadRequest, "context_length_exceeded"), (response.StatusCode, await CodeAsync(response)));
        Assert.Empty(worker.Calls);
    }

    [Fact]
    public async Task Conversation_says_who_answered_it()
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedRouter router = await ScriptedRouter.StartAsync("a");
        await using ScriptedWorker worker = await StartAsync(redis, "a");
        await using RunningGateway gateway = await StartAsync(redis, router);
        const string First = """{"role":"user","content":"What is a godwit? [Flag: size]"}""";
        const string Second = First + """,{"role":"assistant","content":"A bird."},{"role":"user","content":"Why?"}""";
        foreach (string messages in (string[])[First, First, Second])
        {
            using HttpResponseMessage response = await gateway.PostAsync($$"""{"model":"auto","messages":[{{messages}}]}""");
            Assert.Equal("one", await response.Content.ReadAsStringAsync());
        }

        SelectRequest[] asked = [.. router.Requests];
        Assert.Equal([null, null, "a"], asked.Select(request => request.Previous));
        Assert.True(asked[2].PreviousTokens > 0);
        Assert.Equal(
            """{"model":"a","messages":[{"role":"user","content":"What is a godwit?"},{"role":"assistant","content":"A bird."},"""
                + """{"role":"user","content":"Why?"}]}""",
            Encoding.UTF8.GetString(worker.Calls.Last().Body));
    }

    [Theory]
    [InlineData("/v1/embeddings", """{"model":"auto","input":"a"}""", "model")]
    [InlineData("/tokenize", """{"model":"auto:best","prompt":"a"}""", "model")]
    [InlineData("/v1/completions", """{"model":"auto","prompt":[1,2]}""", "prompt")]
    [InlineData("/v1/completions", """{"model":"auto","prompt":"a","godwit":{"goals":{"size":11}}}""", "godwit.goals.size")]
    public async Task What_cannot_be_chosen_for_is_refused(string path, string body, string param)
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedWorker worker = await StartAsync(redis, "a");
        await using RunningGateway gateway = await RunningGateway.StartAsync(redis);
        using HttpResponseMessage response = await gateway.PostAsync(body, path);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        JsonElement error = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        Assert.Equal(("invalid_value", param), (error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
    }

    [Fact]
    public async Task Names_are_listed_and_choices_counted()
    {
        await using RedisServer redis = await servers.OpenAsync();
        await using ScriptedRouter router = await ScriptedRouter.StartAsync("a");
        await using ScriptedWorker worker = await StartAsync(redis, "a");
        await using RunningGateway gateway = await StartAsync(redis, router);
        JsonElement models = await gateway.Client.GetFromJsonAsync<JsonElement>("/v1/models");
        Assert.Equal(
            ["auto", "auto:fast", "auto:small", "auto:best", "a"],
            models.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()));
        JsonElement fast = await gateway.Client.GetFromJsonAsync<JsonElement>("/v1/models/auto:fast");
        Assert.Equal(512, fast.GetProperty("max_model_len").GetInt32());

        using HttpResponseMessage response = await gateway.PostAsync(Chat);
        Assert.Equal("one", await response.Content.ReadAsStringAsync());
        string metrics = await gateway.Admin.GetStringAsync("/metrics");
        Assert.Contains("""godwit_selection_requests_total{model="a",reason="lowest_cost"} 1""", metrics, StringComparison.Ordinal);
        Assert.Contains("godwit_selection_unknown_total 1", metrics, StringComparison.Ordinal);
        Assert.Contains("godwit_selection_router_up 1", metrics, StringComparison.Ordinal);
    }

    private static Task<ScriptedWorker> StartAsync(RedisServer redis, string model) =>
        ScriptedWorker.StartAsync(redis, $"{model}-1", model, async call =>
        {
            await call.SendAsync(Contracts.Frames.FrameFlags.Prompt, 0, [1, 2, 3]);
            await call.SendAsync(Contracts.Frames.FrameFlags.None, 0, [100]);
            await call.SendAsync(Contracts.Frames.FrameFlags.ChoiceFinished, 1, []);
            await call.SendAsync(Contracts.Frames.FrameFlags.Last, 1, [], "one");
        });

    private static async Task<RunningGateway> StartAsync(RedisServer redis, ScriptedRouter router)
    {
        RunningGateway gateway = await RunningGateway.StartAsync(redis, ("Gateway:Selection:Router", router.Address));
        RouterClient client = gateway.Service<RouterClient>();
        using CancellationTokenSource deadline = new(Waiting.Deadline);
        while (!client.IsUp)
        {
            await Task.Delay(5, deadline.Token);
        }

        return gateway;
    }

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();

    private static async Task<string?> CodeAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetProperty("code").GetString();
}
