namespace Godwit.Scheduler.Dispatch;

/// <summary>How dispatch weighs instances.</summary>
/// <param name="HighTargetTokens">Load, in tokens, at which decoding still runs at nearly its best speed (R3); 0: no headroom.</param>
/// <param name="AffinitySlack">
/// Share of its blocks by which an instance may be fuller than the emptiest and still be preferred for what it has cached.
/// </param>
internal sealed record DispatchSettings(int HighTargetTokens = 1600, double AffinitySlack = 0.2);
