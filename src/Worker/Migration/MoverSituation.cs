namespace Godwit.Worker.Migration;

/// <summary>How things stand where a request shall move away.</summary>
/// <param name="MustLeave">The instance shall stop: everything has to go, whether it pays or not.</param>
/// <param name="MaxBlocks">The largest request that the destination can take, in KV blocks.</param>
/// <param name="AvailableBlocks">KV blocks that could be given to somebody now; negative when the watermark is touched.</param>
/// <param name="HeadBlocks">KV blocks that the head of the line needs; 0: none waits.</param>
/// <param name="Preempted">Requests wait here that ran already.</param>
/// <param name="Running">Requests that run.</param>
/// <param name="HostsHigh">Some of them are of high execution priority: ordinary ones shall leave them the headroom.</param>
/// <param name="BlockSizeTokens">Tokens of a KV block.</param>
/// <param name="StepMs">Time of a step.</param>
/// <param name="BlocksPerMs">KV blocks that can be copied per millisecond.</param>
/// <param name="PrefillMsPerToken">Time to compute a token of a prompt: what a preempted request pays for each it had.</param>
/// <param name="FreenessFloor">Freeness below which an instance counts as short of blocks.</param>
internal readonly record struct MoverSituation(
    bool MustLeave,
    int MaxBlocks,
    int AvailableBlocks,
    int HeadBlocks,
    bool Preempted,
    int Running,
    bool HostsHigh,
    int BlockSizeTokens,
    double StepMs,
    double BlocksPerMs,
    double PrefillMsPerToken,
    double FreenessFloor);
