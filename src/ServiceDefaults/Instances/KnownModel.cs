namespace Godwit.ServiceDefaults.Instances;

/// <summary>A model that has, or lately had, an instance.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Created">Unix seconds shown to clients.</param>
/// <param name="ContextLength">Context that every instance of it can serve, in tokens.</param>
/// <param name="SeenAt">Timestamp (<see cref="TimeProvider.GetTimestamp"/>) of the last picture with an instance of it.</param>
/// <param name="WeightsDigest">Digest of its weights; null where its instances differ.</param>
public sealed record KnownModel(string Id, long Created, int ContextLength, long SeenAt, string? WeightsDigest);
