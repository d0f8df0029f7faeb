namespace Godwit.Worker.KvCache;

/// <summary>The bytes of one KV block that must stand in another before the step computes anything.</summary>
/// <param name="Source">Block to copy from.</param>
/// <param name="Destination">Block to copy to.</param>
internal readonly record struct BlockCopy(int Source, int Destination);
