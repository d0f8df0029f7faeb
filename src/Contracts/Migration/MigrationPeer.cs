namespace Godwit.Contracts.Migration;

/// <summary>One life of one instance, as another is told of it.</summary>
/// <param name="Id">The instance.</param>
/// <param name="BootId">Its life: another boot id means that what was agreed with it is void.</param>
/// <param name="Address">Base address of its internal listener.</param>
public sealed record MigrationPeer(string Id, string BootId, string Address);
