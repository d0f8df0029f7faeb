namespace Godwit.Gateway.Forwarding;

/// <summary>What went wrong between the Gateway and a worker.</summary>
/// <param name="Reason">For the log.</param>
/// <param name="NeverArrived">There was no connection, so the worker has not had the call.</param>
internal sealed record UpstreamFault(string Reason, bool NeverArrived);
