using System.ComponentModel.DataAnnotations;

namespace Godwit.Gateway.Dispatch;

/// <summary>How the Gateway asks the Scheduler for an instance.</summary>
internal sealed class DispatchClientOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Gateway:Dispatch";

    /// <summary>
    /// Base address of a Scheduler to ask as long as no leader was seen in Redis, for example <c>http://127.0.0.1:8082</c>; null: none.
    /// </summary>
    [RegularExpression("^https?://[^/ ]+/?$", ErrorMessage = "Gateway:Dispatch:Scheduler must be an address such as http://127.0.0.1:8082.")]
    public string? Scheduler { get; set; }

    /// <summary>Milliseconds that a request waits for the Scheduler before the Gateway chooses by itself; 1 to 60000.</summary>
    [Range(1, 60_000)]
    public int DeadlineMs { get; set; } = 5;

    /// <summary>Milliseconds after which a call to the Scheduler is given up and its connection replaced; 50 to 60000.</summary>
    [Range(50, 60_000)]
    public int CallTimeoutMs { get; set; } = 500;
}
