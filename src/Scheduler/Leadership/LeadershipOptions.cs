using System.ComponentModel.DataAnnotations;

namespace Godwit.Scheduler.Leadership;

/// <summary>How this Scheduler takes part in the choice of a leader. The lease's times are fixed: all Schedulers must have the same.</summary>
internal sealed class LeadershipOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Scheduler:Leadership";

    /// <summary>Base address that Gateways reach this Scheduler by; null: the address that it listens on.</summary>
    [RegularExpression(
        "^https?://[^/ ]+/?$",
        ErrorMessage = "Scheduler:Leadership:AdvertisedAddress must be an address such as http://10.0.0.7:8082.")]
    public string? AdvertisedAddress { get; set; }
}
