namespace Godwit.Scheduler.Migration;

/// <summary>When requests are moved to even out freeness.</summary>
/// <param name="Enabled">Balance by moving; a drain moves also when this is off.</param>
/// <param name="OutBelow">An instance whose freeness is lower becomes a source.</param>
/// <param name="InAbove">An instance whose freeness is higher may become a destination.</param>
/// <param name="Hysteresis">A pair that stands stays until a freeness is this much beyond the threshold that let it in.</param>
/// <param name="HighTargetTokens">Load, in tokens, at which decoding still runs at nearly its best speed (R3); 0: no headroom.</param>
internal sealed record MigrationSettings(
    bool Enabled = true, double OutBelow = 3, double InAbove = 6, double Hysteresis = 1, int HighTargetTokens = 1600);
