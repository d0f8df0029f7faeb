using System.ComponentModel.DataAnnotations;

namespace Godwit.Scheduler.Scaling;

/// <summary>Advice on the number of instances, from their average freeness. Off unless enabled; it never acts by itself.</summary>
internal sealed class ScalingOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Scheduler:Scaling";

    /// <summary>Give advice.</summary>
    public bool Enabled { get; set; }

    /// <summary>Where advice is posted to as JSON; null: it is only in the metrics.</summary>
    [RegularExpression("^https?://.+$", ErrorMessage = "Scheduler:Scaling:Webhook must be an http or https address.")]
    public string? Webhook { get; set; }

    /// <summary>Seconds between two looks; 1 to 3600.</summary>
    [Range(1, 3600)]
    public int PeriodSeconds { get; set; } = 10;

    /// <summary>Average freeness below which a model has too few instances.</summary>
    [Range(-1_000_000.0, 1_000_000.0)]
    public double Low { get; set; } = 10;

    /// <summary>Average freeness, without the instance that would go, above which it has too many.</summary>
    [Range(-1_000_000.0, 1_000_000.0)]
    public double High { get; set; } = 60;

    /// <summary>Fewest instances of a model; 0 to 4096.</summary>
    [Range(0, 4096)]
    public int Least { get; set; } = 1;

    /// <summary>Most instances of a model; 1 to 4096.</summary>
    [Range(1, 4096)]
    public int Most { get; set; } = 16;

    /// <summary>Seconds that the average must have been out of its range; 0 to 86400.</summary>
    [Range(0, 86_400)]
    public int HoldSeconds { get; set; } = 10;
}
