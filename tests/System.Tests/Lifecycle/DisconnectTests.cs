using Godwit.System.Tests.Processes;

namespace Godwit.System.Tests.Lifecycle;

/// <summary>
/// Simulated steps of a second make a request of 400 tokens last for minutes: blocks that come back sooner came back because of the
/// disconnect.
/// </summary>
[Collection(SharedGodwit.Collection)]
public sealed class DisconnectTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_Leaves_ItsBlocksAreFreed(bool stream)
    {
        await using RunningGodwit godwit = await RunningGodwit.UpAsync("--workers", "stories260k=1", "--runner", "simulated", "--step-ms", "1000,0");
        using ApiCalls api = new(godwit.Api), worker = new(godwit.Workers[0].Address);
        using CancellationTokenSource client = new();
        Task<HttpResponseMessage> request = api.CompletionAsync("stories260k", 400, stream, client.Token);
        await UntilGaugeAsync(worker, used => used > 0);
        if (stream)
        {
            HttpResponseMessage response = await request;
            await using Stream body = await response.Content.ReadAsStreamAsync();
            Assert.True(await body.ReadAsync(new byte[1]) > 0);
            response.Dispose();
        }
        else
        {
            await client.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        }

        await UntilGaugeAsync(worker, used => used == 0);
    }

    private static async Task UntilGaugeAsync(ApiCalls worker, Func<double, bool> condition)
    {
        using CancellationTokenSource deadline = new(RunningGodwit.Patience);
        while (!condition(await worker.GaugeAsync("godwit_kv_blocks_used")))
            await Task.Delay(50, deadline.Token);
    }
}
