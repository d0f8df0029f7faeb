namespace Godwit.Contracts.Frames;

/// <summary>
/// What the Gateway fixes when it admits a request and sends with every start or restart (DESIGN §5.2), so that any worker gives
/// the same answer. Travels as JSON in the header <see cref="InternalHeaders.Admission"/>.
/// </summary>
/// <param name="Request">Request id; all ids in the answer derive from it.</param>
/// <param name="Epoch">Number of the request's owner among workers, from 1. A worker refuses one lower than it has seen.</param>
/// <param name="Created">Unix seconds for <c>created</c>.</param>
/// <param name="RenderedAt">Unix milliseconds that a chat template sees as now.</param>
/// <param name="Seed">Seed of the sampler: the client's, or drawn by the Gateway.</param>
/// <param name="Model">Chosen model.</param>
/// <param name="WeightsDigest">Weights that began the answer; null on the first start.</param>
/// <param name="TenantSalt">Separates the prefix caches of tenants; empty without keys.</param>
/// <param name="Priority">Scheduling priority, clamped by the key's tier.</param>
public sealed record AdmissionTicket(
    string Request,
    int Epoch,
    long Created,
    long RenderedAt,
    long Seed,
    string Model,
    string? WeightsDigest,
    string TenantSalt,
    int Priority);
