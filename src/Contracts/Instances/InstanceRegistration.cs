namespace Godwit.Contracts.Instances;

/// <summary>What an instance publishes about itself once, when it starts: everything that does not change while it lives.</summary>
/// <param name="Id">Name of the instance, unique in the cluster, stable over restarts (<c>worker-1</c>).</param>
/// <param name="BootId">128-bit id of this life of the process, 32 hex digits. A new one voids whatever was reserved under the old one.</param>
/// <param name="Address">Base address of its internal listener, for example <c>http://127.0.0.1:8100</c>.</param>
/// <param name="Model">Id of the model it serves.</param>
/// <param name="ModelCreated">Unix seconds shown as <c>created</c> in <c>/v1/models</c>.</param>
/// <param name="WeightsDigest">SHA-256 over config and weights, 64 hex digits.</param>
/// <param name="NumericsId">Kernel set, dtype, row tile and instruction set: equal ids give equal bits (DESIGN §5.3).</param>
/// <param name="KvLayout">Shape and dtype of one KV block; blocks move only between equal layouts.</param>
/// <param name="ContextLength">Most tokens (prompt + completion) of one sequence.</param>
/// <param name="BlockSizeTokens">Tokens in one KV block.</param>
/// <param name="KvBlocksTotal">KV blocks of its pool.</param>
/// <param name="MaxSequences">Most sequences that it runs at once.</param>
/// <param name="IsExact">Its bits depend on nothing but the request, so that a request may go on elsewhere unseen (DESIGN §5.3).</param>
/// <param name="BytesPerBlock">Bytes of one KV block.</param>
public sealed record InstanceRegistration(
    string Id,
    string BootId,
    string Address,
    string Model,
    long ModelCreated,
    string WeightsDigest,
    string NumericsId,
    string KvLayout,
    int ContextLength,
    int BlockSizeTokens,
    int KvBlocksTotal,
    int MaxSequences,
    bool IsExact = true,
    int BytesPerBlock = 0);
