using System.Buffers;
using Godwit.Worker.Engine;
using Godwit.Worker.Engine.Transfer;
using Godwit.Worker.Migration.Wire;

namespace Godwit.Worker.Migration;

/// <summary>Sends the stages of one move: blocks in pieces, then what they mean. One stage at a time.</summary>
/// <param name="move">The move.</param>
/// <param name="parts">What it works with.</param>
/// <param name="sent">What the destination has been told.</param>
/// <param name="end">The move is over.</param>
internal sealed class StageSender(long move, MigrationParts parts, SentBlocks sent, CancellationToken end)
{
    /// <summary>Bytes of blocks sent in one frame, if a block is not longer: the connection is free for others after each.</summary>
    private const int PieceBytes = 512 * 1024;

    private EngineLoop Engine => parts.Engine;

    /// <summary>Bytes sent.</summary>
    public long Bytes { get; private set; }

    /// <summary>Sends the full blocks that were not sent, on the caller's own thread and within the bandwidth.</summary>
    /// <param name="wire">The connection.</param>
    /// <param name="choices">The choices; their full blocks are pinned.</param>
    /// <param name="advanced">Called after each piece.</param>
    /// <exception cref="OperationCanceledException">The move is over.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public void Copy(WireConnection wire, IReadOnlyList<ChoiceState> choices, Action advanced)
    {
        foreach ((int Number, int Block)[] piece in Pieces(sent.Take(choices, onlyFull: true)))
        {
            byte[] frame = BlocksFrame.Write(move, piece, Engine, out int length);
            TimeSpan wait = parts.Bandwidth.Take(length);
            if (wait > TimeSpan.Zero)
            {
                end.WaitHandle.WaitOne(wait);
            }

            end.ThrowIfCancellationRequested();
            wire.Send(frame.AsSpan(0, length), end);
            ArrayPool<byte>.Shared.Return(frame);
            Count(length);
            advanced();
        }

        ReadOnlyMemory<byte> told = new StageMessage(move, IsLast: false, sent.Tell(choices, onlyFull: true)).ToFrame();
        wire.Send(told.Span, end);
        Count(told.Length);
        parts.Metrics.Stage();
    }

    /// <summary>Sends all that is left of a request that stands still: without regard to the bandwidth.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task SendLastAsync(WireConnection wire, IReadOnlyList<ChoiceState> choices)
    {
        foreach ((int Number, int Block)[] piece in Pieces(sent.Take(choices, onlyFull: false)))
        {
            byte[] frame = BlocksFrame.Write(move, piece, Engine, out int length);
            parts.Bandwidth.Take(length);
            await SendAsync(wire, frame.AsMemory(0, length));
            ArrayPool<byte>.Shared.Return(frame);
        }

        await SendAsync(wire, new StageMessage(move, IsLast: true, sent.Tell(choices, onlyFull: false)).ToFrame());
        parts.Metrics.Stage();
    }

    /// <summary>Sends a frame.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task SendAsync(WireConnection wire, ReadOnlyMemory<byte> frame)
    {
        await wire.SendAsync(frame, end);
        Count(frame.Length);
    }

    private void Count(int bytes)
    {
        Bytes += bytes;
        parts.Metrics.Sent(bytes);
    }

    private IEnumerable<(int Number, int Block)[]> Pieces(List<(int Number, int Block)> blocks) =>
        blocks.Chunk(Math.Max(1, PieceBytes / Engine.BytesPerBlock));
}
