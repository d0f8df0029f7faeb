namespace Godwit.Scheduler.Migration;

/// <summary>When requests are moved to even out freeness.</summary>
/// <param name="Enabled">Balance by moving; a drain moves also when this is off.</param>
/// <param name="OutBelow">An instance whose freeness, in KV blocks per request, is lower becomes a source.</param>
/// <param name="InAbove">An instance whose freeness is higher may become a destination.</param>
/// <param name="Hysteresis">A pair that stands stays until a freeness is this much beyond the threshold that let it in.</param>
/// <param name="HighTargetTokens">Load, in tokens, at which decoding still runs at nearly its best speed (R3); 0: no headroom.</param>
/// <param name="PerOrder">Most requests that one order moves, one after the other.</param>
internal sealed record MigrationSettings(
    bool Enabled = true,
    double OutBelow = 20,
    double InAbove = 25,
    double Hysteresis = 1,
    int HighTargetTokens = 1600,
    int PerOrder = 4);
