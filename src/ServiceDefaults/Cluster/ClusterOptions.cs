using System.ComponentModel.DataAnnotations;

namespace Godwit.ServiceDefaults.Cluster;

/// <summary>What the programs of one cluster share.</summary>
public sealed class ClusterOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Godwit:Cluster";

    /// <summary>Redis as <c>HOST:PORT</c>; null: none, the program then knows no instances and announces itself nowhere.</summary>
    [RegularExpression(@"^(\[[0-9A-Fa-f:.]+\]|[^\s:,=\[\]]+):\d{1,5}$", ErrorMessage = "Godwit:Cluster:Redis must be HOST:PORT.")]
    public string? Redis { get; set; }

    /// <summary>Secret that internal calls must carry; null: none, and only loopback addresses may be listened on.</summary>
    [StringLength(1024, MinimumLength = 16, ErrorMessage = "Godwit:Cluster:Secret must have 16 to 1024 characters.")]
    [RegularExpression(@"^[\x21-\x7E]+$", ErrorMessage = "Godwit:Cluster:Secret must be printable ASCII without spaces.")]
    public string? Secret { get; set; }
}
