using CsCheck;
using Godwit.Scheduler.Simulation;

namespace Godwit.Scheduler.Tests.Simulation;

public sealed class SimulatedEngineTests
{
    private static readonly EngineModel s_model = EnginePresets.LlamaOnA10 with { Blocks = 40, WatermarkShare = 0.05, MaxTokensPerStep = 400, MaxSequences = 6 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Blocks_are_neither_lost_nor_made(bool chunked) =>
        Gen.Select(Gen.Int[1, 250], Gen.Int[1, 250], Gen.Bool).Array[1, 25].Sample(lengths =>
        {
            SimulatedEngine engine = new(s_model with { ChunkedPrefill = chunked });
            SimulatedRequest[] requests = [.. lengths.Select((length, i) =>
                new SimulatedRequest(i, 0, length.Item1, length.Item2, length.Item3, null) { Class = length.Item3 ? -1 : 0 })];
            foreach (SimulatedRequest request in requests)
            {
                engine.Enqueue(request);
            }

            List<SimulatedRequest> finished = [];
            double now = 0;
            for (double step = engine.Begin(now); step > 0; step = engine.Begin(now))
            {
                now += step;
                Assert.Equal(s_model.Blocks - engine.Free, requests.Sum(request => request.Blocks));
                Assert.InRange(engine.Free, 0, s_model.Blocks);
                Assert.Equal(engine.Running.Count(request => request.IsHigh), engine.HighRunning);
                Assert.Equal(engine.Waiting.Sum(request => s_model.BlocksFor(request.Known)), engine.WaitingBlocks);
                Assert.Equal(engine.Waiting.Count(request => request.Preemptions > 0), engine.PreemptedWaiting);
                engine.End(now, finished);
            }

            Assert.True(engine.IsEmpty);
            Assert.Equal(requests.Length, finished.Count);
            Assert.Equal(s_model.Blocks, engine.Free);
            Assert.All(requests, request => Assert.Equal(request.Output, request.Generated));
        }, iter: 50);

    [Fact]
    public void A_step_takes_what_the_model_says()
    {
        SimulatedEngine engine = new(EnginePresets.LlamaOnA10);
        engine.Enqueue(new SimulatedRequest(0, 0, prompt: 1000, output: 3, isHigh: false, prefix: null));
        Assert.Equal(24 + (1000 * 0.21) + (4.2e-6 * 1000 * 500), engine.Begin(0), 1e-9);
        engine.End(1, []);
        Assert.Equal(24 + 0.6 + (1000 * 0.0026), engine.Begin(1), 1e-9);
    }

    [Fact]
    public void A_preempted_request_loses_the_time_to_its_next_token()
    {
        SimulatedEngine engine = new(s_model with { Blocks = 20, WatermarkShare = 0 });
        SimulatedRequest first = new(0, 0, prompt: 159, output: 40, isHigh: false, prefix: null);
        SimulatedRequest second = new(1, 0, prompt: 159, output: 10, isHigh: false, prefix: null);
        engine.Enqueue(first);
        engine.Enqueue(second);
        List<SimulatedRequest> finished = [];
        double now = 0;
        for (double step = engine.Begin(now); step > 0; step = engine.Begin(now))
        {
            now += step;
            engine.End(now, finished);
        }

        Assert.Equal([first, second], finished);
        Assert.Equal((0, 1), (first.Preemptions, second.Preemptions));
        Assert.True(second.PreemptionLossMs > 0 && first.PreemptionLossMs == 0);
    }
}
