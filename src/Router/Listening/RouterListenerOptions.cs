using System.ComponentModel.DataAnnotations;
using Godwit.ServiceDefaults.Listening;

namespace Godwit.Router.Listening;

/// <summary>Where the Router listens.</summary>
internal sealed class RouterListenerOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Router:Listener";

    /// <summary>Address; another than loopback needs a cluster secret.</summary>
    [ListenAddress]
    public string Bind { get; set; } = "127.0.0.1";

    /// <summary>Port; 0 takes a free one.</summary>
    [Range(0, 65_535)]
    public int Port { get; set; } = 8081;
}
