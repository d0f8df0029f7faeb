using Godwit.Scheduler.Decisions;
using Godwit.Scheduler.Dispatch;
using Godwit.Scheduler.Scaling;
using Godwit.Scheduler.Simulation;
using Godwit.Scheduler.Simulation.Workloads;

namespace Godwit.Scheduler.Tests.Simulation;

public sealed class SimulatedClusterTests
{
    public static TheoryData<string> Policies => [.. DispatchPolicies.All.Select(policy => policy.Name)];

    [Theory]
    [MemberData(nameof(Policies))]
    public void Every_request_gets_all_its_tokens_in_order_of_time(string policy)
    {
        List<SimulatedRequest> requests = Make("M-M", 600, rate: 2);
        SimulationTotals totals = SimulatedCluster.Run(Settings(policy), requests);
        Assert.All(requests, request =>
        {
            Assert.Equal(request.Output, request.Generated);
            Assert.True(request.ArrivalMs < request.FirstTokenMs && request.FirstTokenMs <= request.FinishedMs);
            Assert.False(request.IsRunning);
            Assert.Equal(0, request.Blocks);
        });
        Assert.Equal(totals.MoveEnds[(int)MoveEnd.Moved], requests.Sum(request => request.Moves));
        Assert.Equal(4 * totals.DurationMs, totals.InstanceMs - (4 * requests[0].ArrivalMs), 1e-3);
    }

    [Fact]
    public void Moves_happen_and_pause_a_request_for_its_last_blocks_only()
    {
        List<SimulatedRequest> requests = Make("L-L", 1500, rate: 0.75);
        SimulationTotals totals = SimulatedCluster.Run(Settings("llumnix"), requests);
        Assert.True(totals.DowntimesMs.Count > 50, $"{totals.DowntimesMs.Count} moves");

        // At most 16 blocks of 8 MB at 2.5 GB/s, one partial block, and a message.
        Assert.All(totals.DowntimesMs, downtime => Assert.InRange(downtime, 2, 2 + (17 * 8.388608 / 2.5)));
        Assert.Contains(requests, request => request.Moves > 1);
    }

    [Fact]
    public void The_same_seed_gives_the_same_run_and_another_seed_another()
    {
        Assert.Equal(Json(seed: 3), Json(seed: 3));
        Assert.NotEqual(Json(seed: 3), Json(seed: 4));

        static string Json(long seed)
        {
            List<SimulatedRequest> requests = Make("S-L", 500, rate: 2, seed);
            SimulationSettings settings = Settings("llumnix", seed);
            SimulationTotals totals = SimulatedCluster.Run(settings, requests);
            PolicyReport report = PolicyReport.Of(settings, requests, totals, decisionTimes: false) with { Seed = null };
            return SimulationJson.Write([new SimulationReport("S-L", "e", 4, 500, 2, [], [report])]);
        }
    }

    [Fact]
    public void All_decisions_are_logged_and_reproduced()
    {
        List<string> log = [];
        SimulationSettings settings = Settings("llumnix") with { Scaling = new ScalingSettings(25, 75, Most: 4) };
        SimulatedCluster.Run(settings, Make("L-L", 400, rate: 0.8), decision => log.Add(DecisionReplay.Write(decision)));
        Assert.Equal(400, log.Count(line => line.StartsWith("{\"kind\":\"dispatch\"", StringComparison.Ordinal)));
        Assert.Contains(log, line => line.StartsWith("{\"kind\":\"migration\"", StringComparison.Ordinal));
        Assert.Contains(log, line => line.StartsWith("{\"kind\":\"scaling\"", StringComparison.Ordinal));
        Assert.All(log, line => Assert.True(DecisionReplay.IsReproduced(DecisionReplay.Read(line))));
    }

    [Fact]
    public void High_priority_is_served_sooner_and_costs_the_others_little()
    {
        (double high, double normal) = Latencies(priorities: true);
        (double highBefore, double normalBefore) = Latencies(priorities: false);
        Assert.True(high < 0.9 * highBefore, $"{high} against {highBefore}");
        Assert.True(normal < 1.15 * normalBefore, $"{normal} against {normalBefore}");

        static (double High, double Normal) Latencies(bool priorities)
        {
            List<SimulatedRequest> requests =
                Workload.Make(new WorkloadSettings("S-S", 3000, 1) { Rate = 26, Cv = 8, HighShare = 0.1, ContextLength = 13_000 });
            SimulatedCluster.Run(Settings("llumnix") with { Instances = 16, Priorities = priorities }, requests);
            return (Mean(requests.Where(request => request.IsHigh)), Mean(requests.Where(request => !request.IsHigh)));
        }

        static double Mean(IEnumerable<SimulatedRequest> requests) => requests.Average(request => request.FinishedMs - request.ArrivalMs);
    }

    [Fact]
    public void Scaling_follows_the_load_and_a_drained_instance_is_emptied_by_moves()
    {
        List<SimulatedRequest> requests = Make("M-M", 1500, rate: 3);
        SimulationSettings settings = Settings("llumnix") with { Instances = 16, Scaling = new ScalingSettings(10, 60, Most: 16) };
        SimulationTotals totals = SimulatedCluster.Run(settings, requests);
        Assert.All(requests, request => Assert.Equal(request.Output, request.Generated));
        Assert.InRange(totals.InstanceMs / totals.DurationMs, 1, 15);
    }

    private static List<SimulatedRequest> Make(string workload, int count, double rate, long seed = 1) =>
        Workload.Make(new WorkloadSettings(workload, count, seed) { Rate = rate, ContextLength = EnginePresets.LlamaOnA10.ContextLength });

    private static SimulationSettings Settings(string policy, long seed = 1) => new(policy, EnginePresets.LlamaOnA10, Instances: 4, seed);
}
