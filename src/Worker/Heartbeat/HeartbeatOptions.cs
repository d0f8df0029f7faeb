using System.ComponentModel.DataAnnotations;

namespace Godwit.Worker.Heartbeat;

/// <summary>How often the worker says that it lives.</summary>
internal sealed class HeartbeatOptions : IValidatableObject
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Worker:Heartbeat";

    /// <summary>Milliseconds between two heartbeats; 50 to 10000.</summary>
    [Range(50, 10_000)]
    public int IntervalMs { get; set; } = 400;

    /// <summary>Milliseconds that a heartbeat's lease lives; at least twice the interval, at most 60000.</summary>
    [Range(100, 60_000)]
    public int LeaseMs { get; set; } = 1200;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (LeaseMs < 2 * IntervalMs)
        {
            yield return new ValidationResult($"{Section}:{nameof(LeaseMs)} ({LeaseMs}) must be at least twice {nameof(IntervalMs)} ({IntervalMs}).");
        }
    }
}
