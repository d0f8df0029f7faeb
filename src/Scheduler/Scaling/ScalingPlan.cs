namespace Godwit.Scheduler.Scaling;

/// <summary>What to do about the number of instances.</summary>
/// <param name="AverageFreeness">Freeness of all together, with those that are on their way.</param>
/// <param name="Add">Instances to start.</param>
/// <param name="Undrain">Draining ones that shall take requests again, instead of starting others.</param>
/// <param name="Drain">One that shall stop; null: none.</param>
/// <param name="State">The next decision's input.</param>
internal sealed record ScalingPlan(
    double AverageFreeness, int Add, IReadOnlyList<string> Undrain, string? Drain, ScalingState State);
