using System.Text.Json;
using System.Text.Json.Serialization;

namespace Godwit.Scheduler.Simulation;

/// <summary>What <c>godwit simulate</c> found at one rate.</summary>
/// <param name="Workload">Name of the workload.</param>
/// <param name="Engine">Name of the engine's preset.</param>
/// <param name="Instances">Instances; with scaling the most.</param>
/// <param name="Requests">Requests of each run.</param>
/// <param name="Rate">Requests per second, as they came.</param>
/// <param name="Seeds">Seeds.</param>
/// <param name="Policies">One per policy, in the order asked for.</param>
internal sealed record SimulationReport(
    string Workload, string Engine, int Instances, int Requests, double Rate, IReadOnlyList<long> Seeds, IReadOnlyList<PolicyReport> Policies);

/// <summary>What it found at several rates.</summary>
/// <param name="Rates">One per rate.</param>
internal sealed record SimulationSweep(IReadOnlyList<SimulationReport> Rates);

/// <summary>JSON of the simulation; the names of the fields are relied on by scripts.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SimulationReport))]
[JsonSerializable(typeof(SimulationSweep))]
internal sealed partial class SimulationJson : JsonSerializerContext
{
    /// <summary>One rate as it is, several in a list.</summary>
    public static string Write(IReadOnlyList<SimulationReport> reports) => reports.Count == 1
        ? JsonSerializer.Serialize(reports[0], Default.SimulationReport)
        : JsonSerializer.Serialize(new SimulationSweep(reports), Default.SimulationSweep);
}
