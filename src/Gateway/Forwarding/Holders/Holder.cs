using Godwit.Gateway.Dispatch;

namespace Godwit.Gateway.Forwarding.Holders;

/// <summary>A worker that may hold a request.</summary>
/// <param name="Instance">The worker.</param>
/// <param name="Epoch">The epoch under which it has the request.</param>
internal sealed record Holder(ChosenInstance Instance, int Epoch);
