using Godwit.Worker.Engine;
using Godwit.Worker.Engine.Transfer;
using Godwit.Worker.KvCache;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Tests.Engine.Transfer;

/// <summary>One move of a request from an engine to another: what the migration does, without the network between.</summary>
internal sealed class Move
{
    private const int Headroom = 3;

    private readonly EngineLoop _source;
    private readonly EngineLoop _destination;
    private readonly Generation _generation;
    private readonly GenerationRequest _request;
    private readonly bool _carriesAllLogprobs;
    private readonly int[] _told;
    private readonly int[] _placed;
    private readonly int[] _preemptions;
    private readonly Dictionary<int, int> _indices = [];
    private readonly List<BlockPin> _pins = [];
    private readonly byte[] _bytes;
    private RequestAdoption? _adoption;
    private BlockReservation? _reservation;

    public Move(EngineLoop source, EngineLoop destination, Generation generation, GenerationRequest request, bool carriesAllLogprobs)
    {
        _source = source;
        _destination = destination;
        _generation = generation;
        _request = request;
        _carriesAllLogprobs = carriesAllLogprobs;
        int choices = request.Prompts.Count * request.ChoicesPerPrompt;
        _told = new int[choices];
        _placed = new int[choices];
        _preemptions = new int[choices];
        _bytes = new byte[source.BytesPerBlock];
    }

    /// <summary>The request as the destination gives it.</summary>
    public Generation Adopted => _adoption!.Generation;

    /// <summary>The request as it stands at the source, out of its batch.</summary>
    public ParkedRequest? Parked { get; private set; }

    /// <summary>The destination has no room for it.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>PREPARE and COPY. False when it is refused, or the request cannot be moved (any more).</summary>
    public async Task<bool> CopyAsync(int stages)
    {
        for (int stage = 0; stage < stages; stage++)
        {
            RequestProgress? progress = await _source.ProgressAsync(_generation, pin: true);
            if (progress?.Pin is { } pin)
            {
                // All are kept to the end, so that a block's id means the same content throughout.
                _pins.Add(pin);
            }

            bool goesOn = progress is { IsMovable: true, IsParked: false }
                && (stage > 0 || await PrepareAsync(progress))
                && !IsPreempted(progress.Choices)
                && await SendAsync(progress.Choices, choice => choice.Computed / KvBlock.Tokens * KvBlock.Tokens);
            if (!goesOn)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>STOP. False when the request ended before, or was preempted: it is not parked.</summary>
    public async Task<bool> StopAsync()
    {
        Parked = await _source.ParkAsync(_generation);
        if (Parked is null)
        {
            return false;
        }

        bool sent = !IsPreempted(Parked.Choices) && await SendAsync(Parked.Choices, choice => choice.Computed);
        if (!sent)
        {
            Assert.True(await _source.UnparkAsync(Parked));
        }

        return sent;
    }

    /// <summary>COMMIT and release.</summary>
    public async Task CommitAsync()
    {
        Assert.True(await _destination.AdoptAsync(_adoption!, _reservation!));
        await UnpinAsync();
        await _source.DropAsync(Parked!);
        await _source.DropAsync(Parked!);
        Assert.False(await _source.UnparkAsync(Parked!));
    }

    /// <summary>The destination gives up, at whatever stage.</summary>
    public async Task AbortAsync()
    {
        await UnpinAsync();
        _adoption?.Generation.Dispose();
        if (_reservation is not null)
        {
            await _destination.FreeAsync(_reservation);
            await _destination.FreeAsync(_reservation);
            Assert.False(await _destination.AdoptAsync(_adoption!, _reservation));
        }
    }

    private async Task<bool> PrepareAsync(RequestProgress progress)
    {
        _adoption = _destination.PrepareAdoption(_request);
        foreach (ChoiceState choice in progress.Choices)
        {
            _preemptions[choice.Choice] = choice.Preemptions;
        }

        int blocks = progress.Choices.SelectMany(choice => choice.Blocks).Distinct().Count();
        _reservation = await _destination.ReserveAsync(blocks + Headroom, progress.Choices.Count(choice => choice.Finish is null));
        IsRefused = _reservation is null;
        return !IsRefused;
    }

    private async Task UnpinAsync()
    {
        foreach (BlockPin pin in _pins)
        {
            await _source.UnpinAsync(pin);
            await _source.UnpinAsync(pin);
        }
    }

    private bool IsPreempted(IReadOnlyList<ChoiceState> choices) =>
        choices.Any(choice => choice.Preemptions != _preemptions[choice.Choice]);

    // Blocks that two choices share travel once.
    private async Task<bool> SendAsync(IReadOnlyList<ChoiceState> choices, Func<ChoiceState, int> computedOf)
    {
        var placed = new List<PlacedBlocks>();
        foreach (ChoiceState choice in choices)
        {
            Tell(choice);
            int computed = computedOf(choice);
            int blocks = KvBlock.Count(computed);
            if (choice.Finish is not null || blocks == 0)
            {
                continue;
            }

            var indices = new List<int>();
            for (; _placed[choice.Choice] < blocks; _placed[choice.Choice]++)
            {
                int block = choice.Blocks[_placed[choice.Choice]];
                if (!_indices.TryGetValue(block, out int index))
                {
                    index = _indices.Count;
                    if (index == _reservation!.Blocks.Count && !await _destination.GrowAsync(_reservation, Headroom))
                    {
                        return false;
                    }

                    _indices[block] = index;
                    _source.ReadBlock(block, _bytes);
                    _destination.WriteBlock(_reservation.Blocks[index], _bytes);
                }

                indices.Add(index);
            }

            placed.Add(new PlacedBlocks(choice.Choice, computed, indices));
        }

        return await _destination.PlaceAsync(_adoption!, _reservation!, placed);
    }

    private void Tell(ChoiceState choice)
    {
        int first = _told[choice.Choice];
        int[] tokens = [.. choice.Outputs.Skip(first)];
        IReadOnlyList<TokenLogprobs>? logprobs = null;
        bool wanted = _request.Sampling.Logprobs is not null && (_carriesAllLogprobs || first >= choice.Emitted);
        if (wanted && first >= choice.LogprobsFrom)
        {
            logprobs = [.. choice.Logprobs.Skip(first - choice.LogprobsFrom)];
        }

        _adoption!.Extend(choice.Choice, tokens, logprobs);
        _told[choice.Choice] = choice.Outputs.Count;
    }
}
