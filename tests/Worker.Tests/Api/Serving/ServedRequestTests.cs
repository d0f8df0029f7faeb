using Godwit.Contracts.Frames;
using Godwit.Testing;
using Godwit.Worker.Tests.Migration;

namespace Godwit.Worker.Tests.Api.Serving;

/// <summary>What a worker does for a Gateway that is slow, silent, or asks twice.</summary>
public sealed class ServedRequestTests : IAsyncLifetime
{
    private const string Path = "/v1/completions";
    private static readonly string s_body = Bodies.Of(
        "\"temperature\":1,\"ignore_eos\":true,\"max_tokens\":400,\"return_token_ids\":true", stream: true);
    private TestWorker _worker = null!;

    public async Task InitializeAsync() =>
        _worker = await TestWorker.StartAsync("w1", [.. TestWorker.Paced, ("Worker:Serving:UnackedKb", "16")]);

    public async Task DisposeAsync() => await _worker.DisposeAsync();

    [Fact]
    public async Task A_request_waits_for_acknowledgements_of_what_is_held_for_its_gateway()
    {
        await using ScriptedGateway gateway = new([_worker], Path, s_body, Bodies.Ticket("slow")) { AcknowledgesTokens = false };
        Task<string> answer = gateway.RunAsync(_worker);
        using CancellationTokenSource deadline = new(Waiting.Deadline);
        long before, after = 0;
        do
        {
            before = after;
            await Task.Delay(500, deadline.Token);
            after = gateway.Tokens;
        }
        while (after == 0 || before != after);

        Assert.InRange(after, 20, 399);
        gateway.AcknowledgesTokens = true;
        await answer.WaitAsync(Waiting.Deadline);
        Assert.Equal(400, gateway.Tokens);
        Assert.Equal(FrameFlags.Last, gateway.End);
    }

    [Fact]
    public async Task A_request_whose_gateway_is_silent_is_cancelled_although_its_stream_is_open()
    {
        await using ScriptedGateway gateway = new([_worker], Path, s_body, Bodies.Ticket("silent"))
        {
            AcknowledgesTokens = false,
        };
        Task<string> answer = gateway.RunAsync(_worker);
        using CancellationTokenSource deadline = new(Waiting.Deadline);
        while (gateway.Tokens < 20)
        {
            await Task.Delay(10, deadline.Token);
        }

        gateway.Acknowledges = false;
        await Assert.ThrowsAnyAsync<IOException>(() => answer.WaitAsync(Waiting.Deadline));
        await _worker.BecomesEmptyAsync();
    }

    [Fact]
    public async Task A_start_that_comes_twice_is_run_once_and_the_later_call_gets_the_answer()
    {
        await using ScriptedGateway gateway = new([_worker], Path, s_body, Bodies.Ticket("twice"));
        using HttpResponseMessage first = await gateway.StartAsync(_worker);
        HttpResponseMessage second = await gateway.StartAsync(_worker);
        await gateway.ReadAsync(_worker, second);
        Assert.Equal(400, gateway.Tokens);
        await using Stream broken = await first.Content.ReadAsStreamAsync();
        await Assert.ThrowsAnyAsync<IOException>(() => broken.CopyToAsync(Stream.Null));
    }

    [Fact]
    public async Task A_higher_epoch_ends_what_runs_under_a_lower_one()
    {
        await using ScriptedGateway gateway = new([_worker], Path, s_body, Bodies.Ticket("again"));
        using HttpResponseMessage first = await gateway.StartAsync(_worker);
        gateway.NextEpoch();
        await gateway.ReadAsync(_worker, await gateway.StartAsync(_worker));
        Assert.Equal(400, gateway.Tokens);
        await _worker.BecomesEmptyAsync();
    }
}
