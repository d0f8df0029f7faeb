namespace Godwit.Scheduler.Simulation.Workloads;

/// <summary>A trace is not there or not what it should be.</summary>
internal sealed class TraceFormatException(string message, Exception? inner = null) : Exception(message, inner);
