using System.Globalization;
using System.Text.Json.Nodes;
using Godwit.System.Tests.Processes;

namespace Godwit.System.Tests.Migration;

/// <summary>Three real workers: a request that was moved while it ran answers what it would have answered without.</summary>
[Collection(SharedGodwit.Collection)]
public sealed class MovedAnswersTests(MadeModel model) : IClassFixture<MadeModel>
{
    private const int AtOnce = 16;

    private static int Requests =>
        int.TryParse(Environment.GetEnvironmentVariable("GODWIT_MOVED_REQUESTS"), CultureInfo.InvariantCulture, out int count) ? count : 60;

    [Fact]
    public async Task MixedRequests_MovedAtRandom_AnswerAsUnmoved()
    {
        await using RunningGodwit godwit = await RunningGodwit.UpAsync("--models", model.Library, "--workers", $"{MadeModel.Id}=3", "--threads", "1");
        using AdminCalls admin = new(godwit.Api);
        await admin.StopMigrationAsync();
        using MovingClient client = new(godwit.Api, admin, [.. godwit.Workers.Select(worker => worker.Instance)]);

        Answer[] unmoved = await ForEachAsync(i =>
        {
            (string path, JsonObject body) = MixedRequest.Make(MadeModel.Id, i);
            return client.AskAsync($"unmoved-{i}", path, body);
        });
        Answer[] moved = await ForEachAsync(i =>
        {
            (string path, JsonObject body) = MixedRequest.Make(MadeModel.Id, i);
            Random random = new(i);
            return client.AskAndMoveAsync($"moved-{i}", path, body, random.Next(5), random);
        });

        for (int i = 0; i < Requests; i++)
        {
            Assert.Equal(200, unmoved[i].Status);
            Assert.True(unmoved[i].IsWhole, unmoved[i].Body);
            Assert.True(moved[i].IsWhole, moved[i].Body);
            Assert.Equal(unmoved[i].Essence(), moved[i].Essence());
        }

        Assert.True(moved.Sum(answer => answer.Changes) >= Requests / 4, $"Only {moved.Sum(answer => answer.Changes)} streams were moved.");
        await admin.UntilIdleAsync();
        JsonNode explained = (await admin.ExplainAsync(moved.First(answer => answer.Changes > 0).Request))!;
        JsonObject move = explained["moves"]!.AsArray()[0]!.AsObject();
        Assert.Equal("operator", move["reason"]!.GetValue<string>());
        Assert.True(move["bytes"]!.GetValue<long>() > 0);
        Assert.True(move["downtime_ms"]!.GetValue<double>() > 0);
    }

    [Fact]
    public async Task DrainedWorker_IsEmptySoon_AndNoClientNotices()
    {
        await using RunningGodwit godwit = await RunningGodwit.UpAsync("--models", model.Library, "--workers", $"{MadeModel.Id}=2", "--threads", "1");
        using AdminCalls admin = new(godwit.Api);
        await admin.StopMigrationAsync();
        using MovingClient client = new(godwit.Api, admin, []);
        (string Path, JsonObject Body)[] requests =
        [
            .. Enumerable.Range(0, AtOnce).Select(i =>
            {
                (string path, JsonObject body) = MixedRequest.Make(MadeModel.Id, i);
                body["max_tokens"] = 400;
                return (path, body);
            }),
        ];
        Answer[] before = await Task.WhenAll(requests.Select((request, i) => client.AskAsync($"before-{i}", request.Path, request.Body)));
        Task<Answer[]> during = Task.WhenAll(requests.Select((request, i) => client.AskAsync($"during-{i}", request.Path, request.Body)));
        string drained = godwit.Workers[0].Instance;
        await UntilAsync(async () => Of(await admin.InstancesAsync(), drained)["running"]!.GetValue<int>() > 2);

        using (HttpResponseMessage order = await admin.SendAsync(HttpMethod.Post, $"/instances/{drained}/drain"))
            Assert.True(order.IsSuccessStatusCode, await order.Content.ReadAsStringAsync());
        await UntilAsync(async () => Of(await admin.InstancesAsync(), drained)["state"]!.GetValue<string>() == "empty");
        Assert.False(during.IsCompleted, "The answers were too short for this test.");
        Answer[] after = await during;
        for (int i = 0; i < AtOnce; i++)
            Assert.Equal(before[i].Essence(), after[i].Essence());
        Assert.Contains(after, answer => answer.Changes > 0);

        using (HttpResponseMessage order = await admin.SendAsync(HttpMethod.Post, $"/instances/{drained}/undrain"))
            Assert.True(order.IsSuccessStatusCode);
        await UntilAsync(async () => Of(await admin.InstancesAsync(), drained)["state"]!.GetValue<string>() == "ready");
        await admin.UntilIdleAsync();
    }

    private static JsonObject Of(JsonObject[] instances, string id) => instances.Single(instance => instance["id"]!.GetValue<string>() == id);

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using CancellationTokenSource deadline = new(RunningGodwit.Patience);
        while (!await condition())
            await Task.Delay(50, deadline.Token);
    }

    private static async Task<Answer[]> ForEachAsync(Func<int, Task<Answer>> ask)
    {
        Answer[] answers = new Answer[Requests];
        await Parallel.ForAsync(
            0, Requests, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) => answers[i] = await ask(i));
        return answers;
    }
}
