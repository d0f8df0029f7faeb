namespace Godwit.Contracts.Scheduling;

/// <summary>Instances that an order was for.</summary>
/// <param name="Ids">Their ids.</param>
public sealed record InstanceIds(IReadOnlyList<string> Ids);
