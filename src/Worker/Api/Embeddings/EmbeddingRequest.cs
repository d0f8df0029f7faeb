namespace Godwit.Worker.Api.Embeddings;

/// <summary>A request for embeddings, checked and tokenized.</summary>
/// <param name="Inputs">Token ids of each input, at least one token each, within the context.</param>
/// <param name="Dimensions">Entries of each embedding.</param>
/// <param name="IsBase64">The entries as little-endian float32 in base64, not as numbers.</param>
/// <param name="Priority">Scheduling priority.</param>
/// <param name="CacheSalt">Only requests with the same salt share blocks of the prefix cache; empty when the client gave none.</param>
internal sealed record EmbeddingRequest(
    IReadOnlyList<IReadOnlyList<int>> Inputs, int Dimensions, bool IsBase64, int Priority, string CacheSalt);
