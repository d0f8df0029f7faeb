using System.ComponentModel.DataAnnotations;

namespace Godwit.Worker.Api.Serving;

/// <summary>How requests are held for their Gateways. Section <c>Worker:Serving</c>.</summary>
public sealed class ServingOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Worker:Serving";

    /// <summary>KiB of a request's frames that its Gateway has not acknowledged; beyond it the request is paused. Default 4096, range
    /// 16…65536.</summary>
    [Range(16, 65_536)]
    public int UnackedKb { get; set; } = 4096;
}
