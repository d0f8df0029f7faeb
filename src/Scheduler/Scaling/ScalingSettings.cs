namespace Godwit.Scheduler.Scaling;

/// <summary>When instances are added and taken away.</summary>
/// <param name="Low">Below this average freeness there are too few.</param>
/// <param name="High">Above this, without the one that would go, there are too many.</param>
/// <param name="Least">Fewest instances.</param>
/// <param name="Most">Most instances.</param>
/// <param name="BelowForMs">How long the average must have been too low.</param>
/// <param name="AboveForMs">How long it must have been too high.</param>
internal sealed record ScalingSettings(
    double Low = 10, double High = 60, int Least = 1, int Most = 16, long BelowForMs = 10_000, long AboveForMs = 10_000);
