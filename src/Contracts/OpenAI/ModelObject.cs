namespace Godwit.Contracts.OpenAI;

/// <summary>Answer of <c>GET /v1/models</c>.</summary>
/// <param name="Object">Always <c>list</c>.</param>
/// <param name="Data">The models.</param>
public sealed record ModelListObject(string Object, IReadOnlyList<ModelObject> Data);

/// <summary>One model.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Object">Always <c>model</c>.</param>
/// <param name="Created">Unix seconds.</param>
/// <param name="OwnedBy">Who made it available.</param>
/// <param name="MaxModelLen">Context length in tokens (vLLM's name).</param>
/// <param name="WeightsDigest">SHA-256 over config and weights, 64 hex digits; null where the instances of a model differ.</param>
public sealed record ModelObject(string Id, string Object, long Created, string OwnedBy, int MaxModelLen, string? WeightsDigest = null);
