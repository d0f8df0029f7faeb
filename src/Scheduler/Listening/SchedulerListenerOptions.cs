using System.ComponentModel.DataAnnotations;
using Godwit.ServiceDefaults.Listening;

namespace Godwit.Scheduler.Listening;

/// <summary>Where the Scheduler listens.</summary>
internal sealed class SchedulerListenerOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Scheduler:Listener";

    /// <summary>Address; another than loopback needs a cluster secret.</summary>
    [ListenAddress]
    public string Bind { get; set; } = "127.0.0.1";

    /// <summary>Port; 0 takes a free one.</summary>
    [Range(0, 65_535)]
    public int Port { get; set; } = 8082;
}
