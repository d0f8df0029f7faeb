using Godwit.Contracts.Instances;

namespace Godwit.Gateway.Dispatch;

/// <summary>What an instance's bits depend on besides the request (DESIGN §5.3).</summary>
/// <param name="WeightsDigest">Its weights.</param>
/// <param name="Id">Its numerics id.</param>
/// <param name="IsExact">Its bits depend on nothing else.</param>
internal sealed record Numerics(string WeightsDigest, string Id, bool IsExact)
{
    /// <summary>An answer that one began the other ends with the very same tokens.</summary>
    public bool IsEqualTo(Numerics? other) => IsExact && this == other;

    /// <summary>The same, of an instance that the registry knows.</summary>
    public bool IsEqualTo(InstanceRegistration other) =>
        IsEqualTo(new Numerics(other.WeightsDigest, other.NumericsId, other.IsExact));
}
