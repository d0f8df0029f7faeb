namespace Godwit.CommandLine.Supervision;

/// <summary>How a supervised process ended for good.</summary>
/// <param name="ExitCode">Its last exit code.</param>
/// <param name="Reason">The last line it wrote to its standard error, or null.</param>
internal sealed record ChildOutcome(int ExitCode, string? Reason);
