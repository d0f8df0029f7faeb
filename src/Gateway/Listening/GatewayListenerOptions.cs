using System.ComponentModel.DataAnnotations;
using Godwit.ServiceDefaults.Listening;

namespace Godwit.Gateway.Listening;

/// <summary>Where the Gateway listens: the OpenAI API for clients, the admin surface for operators.</summary>
internal sealed class GatewayListenerOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Gateway:Listener";

    /// <summary>Address of the public listener.</summary>
    [ListenAddress]
    public string Bind { get; set; } = "127.0.0.1";

    /// <summary>Port of the public listener; 0 takes a free one.</summary>
    [Range(0, 65_535)]
    public int Port { get; set; } = 8080;

    /// <summary>Address of the admin listener.</summary>
    [ListenAddress]
    public string AdminBind { get; set; } = "127.0.0.1";

    /// <summary>Port of the admin listener; 0 takes a free one.</summary>
    [Range(0, 65_535)]
    public int AdminPort { get; set; } = 8089;
}
