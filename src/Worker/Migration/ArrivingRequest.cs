using Godwit.Worker.Api;
using Godwit.Worker.Api.Requests;
using Godwit.Worker.Api.Serving;
using Godwit.Worker.Engine;
using Godwit.Worker.Engine.Transfer;
using Godwit.Worker.Migration.Wire;

namespace Godwit.Worker.Migration;

/// <summary>
/// What the engine here holds of a request that is on its way. All that takes time by the request's length is done while the source still
/// decodes. Used by one at a time: nobody's blocks are given up under his hands.
/// </summary>
/// <param name="message">What the source told when it asked.</param>
/// <param name="parts">What it works with.</param>
internal sealed class ArrivingRequest(PrepareMessage message, MigrationParts parts)
{
    /// <summary>Blocks that a reservation grows by at least.</summary>
    private const int Growth = 4;

    private readonly SemaphoreSlim _working = new(1, 1);
    private readonly List<List<int>> _outputs = [];
    private BlockReservation? _reservation;
    private RequestAdoption? _adoption;
    private volatile ServedRequest? _request;
    private volatile bool _isOver;

    /// <summary>The blocks of the last stage: they have come, but are placed when the request runs, in the same pause between two steps.</summary>
    private PlacedBlocks[] _last = [];

    /// <summary>The request; null before there is room for it.</summary>
    public ServedRequest? Request => _request;

    /// <summary>Nothing of it is held here, or it runs.</summary>
    public bool IsOver => _isOver;

    /// <summary>Makes room, and the request ready as far as it is known; false: there is no room, or it is over.</summary>
    /// <exception cref="ApiException">It is no request that could run here.</exception>
    /// <exception cref="InvalidDataException">Its outputs are not what it can have sampled.</exception>
    public async Task<bool> ReserveAsync()
    {
        await _working.WaitAsync();
        try
        {
            if (_isOver)
            {
                return false;
            }

            ServedCall call = await PrepareAsync();
            BlockReservation? reservation = null;
            try
            {
                _adoption = parts.Engine.PrepareAdoption(call.Prepared.Request);
                _outputs.AddRange(Enumerable.Range(0, call.Prepared.Choices).Select(_ => new List<int>()));
                Extend(message.Choices);
                reservation = await parts.Engine.ReserveAsync(message.Blocks, message.Sequences);
            }
            finally
            {
                if (reservation is null)
                {
                    _adoption?.Generation.Dispose();
                    call.Prepared.Formatter.Dispose();
                    _isOver = true;
                }
            }

            if (reservation is null)
            {
                return false;
            }

            _reservation = reservation;
            var request = new ServedRequest(call, message.Acknowledged, parts.Requests.Limits);
            request.Begin(_adoption.Generation);
            _request = request;
            return true;
        }
        finally
        {
            _working.Release();
        }
    }

    /// <summary>Takes blocks; false: it is over.</summary>
    /// <exception cref="InvalidDataException">They are not what they should be, or there is no room for them.</exception>
    public async Task<bool> TakeBlocksAsync(WireFrame frame)
    {
        await _working.WaitAsync();
        try
        {
            if (_isOver || _reservation is not { } reservation)
            {
                return false;
            }

            int[] numbers = BlocksFrame.Read(frame.Payload, parts.Engine.BytesPerBlock, out _);
            int missing = numbers.Max() + 1 - reservation.Blocks.Count;
            if (missing > 0 && !await parts.Engine.GrowAsync(reservation, Math.Max(missing, Growth))
                && !await parts.Engine.GrowAsync(reservation, missing))
            {
                throw new InvalidDataException("no room for more blocks");
            }

            Write(frame, reservation);
            return true;
        }
        finally
        {
            _working.Release();
        }
    }

    /// <summary>Takes what was sampled and which blocks follow; false: it is over.</summary>
    /// <exception cref="InvalidDataException">It does not follow what was told before.</exception>
    public async Task<bool> TakeStageAsync(StageMessage stage)
    {
        await _working.WaitAsync();
        try
        {
            if (_isOver || _reservation is not { } reservation)
            {
                return false;
            }

            Extend(stage.Choices);
            PlacedBlocks[] placed =
                [.. stage.Choices.Where(c => c.Blocks.Count > 0).Select(c => new PlacedBlocks(c.Choice, c.Computed, c.Blocks))];
            if (stage.IsLast)
            {
                _last = placed;
                return true;
            }

            // Room for what the next stage brings is made now: to make it while the request stands still would cost it a step.
            int spare = reservation.Blocks.Count - placed.SelectMany(choice => choice.Blocks).DefaultIfEmpty(-1).Max() - 1;
            if (spare < Growth * message.Sequences)
            {
                await parts.Engine.GrowAsync(reservation, Growth * message.Sequences);
            }

            return await parts.Engine.PlaceAsync(_adoption!, reservation, placed);
        }
        finally
        {
            _working.Release();
        }
    }

    /// <summary>The hash of all output tokens.</summary>
    public byte[] Hash() => TokenHash.Of(_outputs);

    /// <summary>It runs from here on.</summary>
    /// <param name="wentOn">Called when its first token has been sampled here.</param>
    public async Task AdoptAsync(Action wentOn)
    {
        _isOver = true;
        _request!.NotifyBeyond([.. _outputs.Select(tokens => tokens.Count)], wentOn);
        Task<bool> placed = parts.Engine.PlaceAsync(_adoption!, _reservation!, _last);
        Task<bool> adopted = parts.Engine.AdoptAsync(_adoption!, _reservation!);
        if (!await placed || !await adopted)
        {
            _request.Fail(new EngineFaultedException("What was held for the request is gone."));
        }
    }

    /// <summary>Gives up what is held.</summary>
    public async Task FreeAsync()
    {
        _isOver = true;
        await _working.WaitAsync();
        try
        {
            _request?.End();
            if (_reservation is { } reservation)
            {
                await parts.Engine.FreeAsync(reservation);
            }
        }
        finally
        {
            _working.Release();
        }
    }

    private async Task<ServedCall> PrepareAsync()
    {
        ApiKind kind = ServedCall.KindAt(message.Path) ?? throw new InvalidDataException($"Requests to '{message.Path}' are not moved.");
        var identity = new RequestIdentity(
            message.Ticket.Request,
            message.Ticket.Created,
            DateTimeOffset.FromUnixTimeMilliseconds(message.Ticket.RenderedAt),
            message.Ticket);
        PreparedCall prepared = await parts.Preparation.PrepareAsync(
            kind, message.Body, identity, parts.Time.GetTimestamp(), message.Prompts, CancellationToken.None);
        return new ServedCall(kind, message.Body, message.Ticket, prepared);
    }

    private void Extend(IReadOnlyList<ChoiceDelta> choices)
    {
        foreach (ChoiceDelta choice in choices)
        {
            if (choice.Choice >= _outputs.Count || choice.First != _outputs[choice.Choice].Count)
            {
                throw new InvalidDataException($"Choice {choice.Choice} does not go on at token {choice.First}.");
            }

            // What the Gateway has comes without log-probabilities.
            int bare = choice.Tokens.Count - choice.Scores.Count;
            ExtendBy(choice.Choice, [.. choice.Tokens.Take(bare)], null);
            ExtendBy(choice.Choice, [.. choice.Tokens.Skip(bare)], choice.Scores);
            _outputs[choice.Choice].AddRange(choice.Tokens);
        }
    }

    private void ExtendBy(int choice, int[] tokens, IReadOnlyList<Sampling.TokenLogprobs>? scores)
    {
        if (tokens.Length > 0)
        {
            _adoption!.Extend(choice, tokens, scores);
        }
    }

    private void Write(WireFrame frame, BlockReservation reservation)
    {
        int[] numbers = BlocksFrame.Read(frame.Payload, parts.Engine.BytesPerBlock, out ReadOnlySpan<byte> bytes);
        for (int i = 0; i < numbers.Length; i++)
        {
            int block = reservation.Blocks[numbers[i]];
            parts.Engine.WriteBlock(block, bytes.Slice(i * parts.Engine.BytesPerBlock, parts.Engine.BytesPerBlock));
        }
    }
}
