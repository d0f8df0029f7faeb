namespace Godwit.CommandLine.Bench.Migration;

/// <summary>What moves at one length of context came to; medians.</summary>
/// <param name="Context">Tokens of context of every request in the batches.</param>
/// <param name="Moves">Moves measured.</param>
/// <param name="DowntimeMs">From the last token of the source to the first of the destination, as the Gateway saw them.</param>
/// <param name="StepMs">Time between two tokens of the others in the batch.</param>
/// <param name="Bytes">Bytes sent.</param>
/// <param name="BytesPerSecond">Bytes over the time from the order to the destination's first token.</param>
/// <param name="RecomputeMs">Time to the first token of a new prompt of that length on a worker with such a batch: what a move without KV costs.</param>
/// <param name="StopAndCopyMs">Downtime when all of it is copied after the request has stopped.</param>
internal sealed record MigrationBenchRun(
    int Context,
    int Moves,
    double DowntimeMs,
    double StepMs,
    long Bytes,
    double BytesPerSecond,
    double RecomputeMs,
    double StopAndCopyMs);
