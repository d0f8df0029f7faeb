using System.ComponentModel.DataAnnotations;
using Godwit.ServiceDefaults.Listening;

namespace Godwit.Worker.Api;

/// <summary>Where a worker listens. Section <c>Worker:Listener</c>.</summary>
public sealed class ListenerOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Worker:Listener";

    /// <summary>Address to bind; anything but loopback wants a cluster secret. Default 127.0.0.1.</summary>
    [ListenAddress]
    public string Bind { get; set; } = "127.0.0.1";

    /// <summary>Port; 0 = a free one. Default 8100, range 0…65535.</summary>
    [Range(0, 65535)]
    public int Port { get; set; } = 8100;
}
