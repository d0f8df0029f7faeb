using Godwit.CommandLine.Configuration;
using Godwit.Scheduler.Decisions;
using Godwit.Scheduler.Scaling;
using Godwit.Scheduler.Simulation;
using Godwit.Scheduler.Simulation.Workloads;

namespace Godwit.CommandLine.Simulate;

/// <summary><c>godwit simulate</c>: runs the Scheduler's own policies over simulated engines, one run per rate, policy and seed.</summary>
internal static class SimulateCommand
{
    /// <summary>Runs them all.</summary>
    public static async Task<IReadOnlyList<SimulationReport>> RunAsync(SimulateSettings settings)
    {
        try
        {
            await using StreamWriter? log = settings.Log is null ? null : File.CreateText(settings.Log);
            List<SimulationReport> reports = [];
            foreach (double? rate in settings.Rates.Count == 0 ? [null] : settings.Rates.Select(rate => (double?)rate))
            {
                reports.Add(Run(settings, rate, log));
            }

            if (settings.Plot is not null)
            {
                await File.WriteAllTextAsync(settings.Plot, CurvePlot.Draw(reports));
            }

            return reports;
        }
        catch (Exception e) when (e is TraceFormatException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(e.Message);
        }
    }

    /// <summary>Makes logged decisions again, from a simulation or from the Scheduler itself.</summary>
    /// <returns>How many there are, and the numbers of the lines whose decision came out differently.</returns>
    public static (int Decisions, IReadOnlyList<int> Different) Replay(string file)
    {
        int number = 0, decisions = 0;
        List<int> different = [];
        try
        {
            foreach (string line in File.ReadLines(file))
            {
                number++;
                if (line.Length > 0)
                {
                    decisions++;
                    if (!DecisionReplay.IsReproduced(DecisionReplay.Read(line)))
                    {
                        different.Add(number);
                    }
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(number == 0 ? e.Message : $"{file}, line {number}: {e.Message}");
        }

        return (decisions, different);
    }

    private static SimulationReport Run(SimulateSettings settings, double? rate, TextWriter? log)
    {
        List<PolicyReport> policies = [];
        double observedRate = 0;
        int count = 0;
        foreach (string policy in settings.Policies)
        {
            List<PolicyReport> runs = [];
            foreach (long seed in settings.Seeds)
            {
                List<SimulatedRequest> requests = Workload.Make(Arrivals(settings, rate, seed));
                SimulationSettings run = OneRun(settings, policy, seed);
                SimulationTotals totals = SimulatedCluster.Run(
                    run, requests, log is null ? null : decision => log.WriteLine(DecisionReplay.Write(decision)));
                runs.Add(PolicyReport.Of(run, requests, totals, settings.DecisionTimes));
                count = requests.Count;
                observedRate = count < 2 ? 0 : (count - 1) * 1000 / Math.Max(1e-9, requests[^1].ArrivalMs - requests[0].ArrivalMs);
            }

            policies.Add(PolicyReport.Of(runs));
        }

        return new SimulationReport(
            settings.Workload, settings.Engine.Name, settings.Instances, count, rate ?? observedRate, settings.Seeds, policies);
    }

    private static WorkloadSettings Arrivals(SimulateSettings settings, double? rate, long seed)
    {
        WorkloadSettings arrivals = new(settings.Workload, settings.Requests, seed)
        {
            Rate = rate,
            Cv = settings.Cv,
            LengthScale = settings.LengthScale,
            HighShare = settings.HighShare,
            TraceFile = settings.Trace,
            Instances = settings.Instances,
            ContextLength = settings.Engine.ContextLength,
        };
        return settings.Traces is null ? arrivals : arrivals with { TracesFolder = settings.Traces };
    }

    private static SimulationSettings OneRun(SimulateSettings settings, string policy, long seed) =>
        new(policy, settings.Engine, settings.Instances, seed)
        {
            Priorities = !settings.IgnorePriorities,
            HeartbeatMs = settings.HeartbeatMs,
            BytesPerSecond = settings.BandwidthMb * 1e6,
            StartMs = settings.StartDelay * 1000,
            Scaling = settings.Autoscale is { } range ? new ScalingSettings(range.Low, range.High, Most: settings.Instances) : null,
        };
}
