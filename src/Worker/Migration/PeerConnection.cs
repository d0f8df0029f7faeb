using Godwit.Worker.Migration.Wire;

namespace Godwit.Worker.Migration;

/// <summary>The connection to one other worker, for every request that is moved there.</summary>
/// <param name="stream">The bytes, both ways.</param>
internal sealed class PeerConnection(Stream stream) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, OutgoingMove> _moves = [];
    private volatile bool _isBroken;

    /// <summary>Frames, both ways.</summary>
    public WireConnection Wire { get; } = new(stream);

    /// <summary>It cannot be used any more.</summary>
    public bool IsBroken => _isBroken;

    /// <summary>Answers with the move's number are this one's from now on.</summary>
    public void Enter(OutgoingMove move)
    {
        lock (_lock)
        {
            _moves[move.Move] = move;
        }

        if (_isBroken)
        {
            move.Lost();
        }
    }

    /// <summary>Answers that still come for it are nobody's.</summary>
    public void Leave(OutgoingMove move)
    {
        lock (_lock)
        {
            _moves.Remove(move.Move);
        }
    }

    /// <summary>Ends it.</summary>
    public void Break()
    {
        _isBroken = true;
        Wire.Dispose();
    }

    /// <summary>Reads answers until the connection ends.</summary>
    public async Task ReadAsync()
    {
        try
        {
            while (await Wire.ReadAsync(CancellationToken.None) is { } frame)
            {
                using (frame)
                {
                    MoveOf(frame.Move)?.Answered(frame);
                }
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ObjectDisposedException)
        {
            // Whoever was being moved over it hears of it below.
        }

        Break();
        OutgoingMove[] lost;
        lock (_lock)
        {
            lost = [.. _moves.Values];
        }

        foreach (OutgoingMove move in lost)
        {
            move.Lost();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Break();

    private OutgoingMove? MoveOf(long move)
    {
        lock (_lock)
        {
            return _moves.GetValueOrDefault(move);
        }
    }
}
