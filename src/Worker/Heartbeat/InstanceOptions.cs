namespace Godwit.Worker.Heartbeat;

/// <summary>Who a worker is in the cluster. Section <c>Worker:Instance</c>.</summary>
public sealed class InstanceOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Worker:Instance";

    /// <summary>Id of the instance, unique in the cluster and stable over restarts. Default: machine name and port.</summary>
    public string? Id { get; set; }

    /// <summary>Base address that others reach it by. Default: the address it listens on.</summary>
    public string? AdvertisedAddress { get; set; }
}
