using Godwit.Contracts.Migration;

namespace Godwit.Gateway.Dispatch;

/// <summary>Where a request goes.</summary>
/// <param name="Instance">The instance, in its present life.</param>
/// <param name="OwnPolicy">How the Gateway chose it; null when the Scheduler did.</param>
internal sealed record ChosenInstance(MigrationPeer Instance, string? OwnPolicy);
