namespace Godwit.Scheduler.Simulation.Workloads;

/// <summary>A request of a recorded trace.</summary>
/// <param name="AtMs">Arrival, from the first one on.</param>
/// <param name="Prompt">Tokens of the prompt.</param>
/// <param name="Output">Tokens of the answer.</param>
/// <param name="Prefix">Chained hashes of the prompt's chunks; null when the trace has none.</param>
internal sealed record TraceRow(double AtMs, int Prompt, int Output, IReadOnlyList<ulong>? Prefix);
