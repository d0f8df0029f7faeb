using System.Threading.Channels;
using Godwit.Worker.Engine.Transfer;

namespace Godwit.Worker.Engine;

// What moving requests between engines needs. Any thread may call; the engine's thread carries it out between two steps.
internal sealed partial class EngineLoop
{
    // Held for reading while a block is copied: the runner, whose memory that is, must not be disposed meanwhile.
    private readonly ReaderWriterLockSlim _copies = new();
    private bool _isDisposed;

    /// <summary>Bytes of one KV block, all layers.</summary>
    public int BytesPerBlock => _runner.BytesPerBlock;

    /// <summary>Copies a block out while steps run: one that is pinned, or that a parked request holds.</summary>
    /// <exception cref="EngineFaultedException">The engine has stopped.</exception>
    public void ReadBlock(int block, Span<byte> bytes)
    {
        EnterCopy();
        try
        {
            _runner.ReadBlock(block, bytes);
        }
        finally
        {
            _copies.ExitReadLock();
        }
    }

    /// <summary>Fills a block while steps run: one that is reserved and not placed.</summary>
    /// <exception cref="EngineFaultedException">The engine has stopped.</exception>
    public void WriteBlock(int block, ReadOnlySpan<byte> bytes)
    {
        EnterCopy();
        try
        {
            _runner.WriteBlock(block, bytes);
        }
        finally
        {
            _copies.ExitReadLock();
        }
    }

    /// <summary>How a request stands; null when it is over.</summary>
    /// <param name="generation">The request.</param>
    /// <param name="pin">Whether its full blocks are to be pinned in the same moment.</param>
    public Task<RequestProgress?> ProgressAsync(Generation generation, bool pin = false) =>
        CallAsync(batch => batch.ProgressOf(RequestOf(generation), pin));

    /// <summary>The blocks may be used for something else again. Harmless when called twice.</summary>
    public Task UnpinAsync(BlockPin pin) => CallAsync(batch => batch.Unpin(pin));

    /// <summary>
    /// Takes a request out of the batch; it keeps its blocks and places. Null when it is over, not movable, or parked already. All outputs
    /// that it has made by then are in its channel.
    /// </summary>
    public Task<ParkedRequest?> ParkAsync(Generation generation) => CallAsync(batch => batch.Park(RequestOf(generation)));

    /// <summary>A parked request goes on as if nothing had been. False when it was cancelled or dropped meanwhile.</summary>
    public Task<bool> UnparkAsync(ParkedRequest parked) => CallAsync(batch => batch.Unpark(parked));

    /// <summary>
    /// A parked request goes on elsewhere: its blocks are free, its outputs end without a finish. Harmless when it is not parked any more.
    /// </summary>
    public Task DropAsync(ParkedRequest parked) => CallAsync(batch => batch.Drop(parked));

    /// <summary>
    /// Keeps blocks and places for a request that is on its way here; null when there is not enough beyond the watermark, or when a
    /// request is here that must be alone.
    /// </summary>
    /// <param name="blocks">KV blocks.</param>
    /// <param name="sequences">Choices that are not over: each may have blocks in the end, and needs a place in the batch then.</param>
    public Task<BlockReservation?> ReserveAsync(int blocks, int sequences)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blocks);
        ArgumentOutOfRangeException.ThrowIfNegative(sequences);
        return CallAsync(batch => batch.Reserve(blocks, sequences));
    }

    /// <summary>Adds blocks to a reservation; false when there are not enough, or when it is over.</summary>
    public Task<bool> GrowAsync(BlockReservation reservation, int blocks)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blocks);
        return CallAsync(batch => batch.Grow(reservation, blocks));
    }

    /// <summary>Gives up a reservation and what was placed of it. Harmless when called twice, or after the adoption.</summary>
    public Task FreeAsync(BlockReservation reservation) => CallAsync(batch => batch.Free(reservation));

    /// <summary>
    /// Makes a request ready that has begun elsewhere, on the caller's thread. It does not run before <see cref="AdoptAsync"/>.
    /// </summary>
    /// <param name="request">
    /// The request; its <see cref="GenerationRequest.Outputs"/>, if any, are as if told by <see cref="RequestAdoption.Extend"/> without
    /// log-probabilities.
    /// </param>
    /// <exception cref="InvalidDataException">The outputs are not what this request can have sampled.</exception>
    /// <exception cref="EngineFaultedException">The engine broke.</exception>
    public RequestAdoption PrepareAdoption(GenerationRequest request)
    {
        ThrowIfFaulted();
        Channel<SequenceOutput> outputs = NewChannel();
        EngineRequest prepared = _preparation.PrepareAdoption(request, outputs.Writer);
        var adoption = new RequestAdoption(prepared, FaceOf(prepared, outputs.Reader), _preparation);
        for (int choice = 0; choice < request.Outputs?.Count; choice++)
        {
            adoption.Extend(choice, request.Outputs[choice]);
        }

        return adoption;
    }

    /// <summary>
    /// Blocks whose content has come become the request's, and can be found in the prefix cache when they are full. Takes time by the
    /// blocks placed, not by those before: placing each stage of a copy as it comes leaves little for the end. Every token that they hold,
    /// and one more, was told (<see cref="RequestAdoption.Extend"/>) before.
    /// </summary>
    /// <returns>False when the reservation is over.</returns>
    public Task<bool> PlaceAsync(RequestAdoption adoption, BlockReservation reservation, IReadOnlyList<PlacedBlocks> blocks) =>
        CallAsync(batch => batch.Place(adoption, reservation, blocks));

    /// <summary>
    /// The request runs from here on, in work that does not grow with its context. A choice without placed blocks waits for its turn and is
    /// computed again. What is left of the reservation is free.
    /// </summary>
    /// <returns>False when the reservation is over, or the generation was disposed.</returns>
    public Task<bool> AdoptAsync(RequestAdoption adoption, BlockReservation reservation) =>
        CallAsync(batch => batch.Adopt(adoption, reservation));

    private static EngineRequest RequestOf(Generation generation) =>
        generation.Request ?? throw new ArgumentException("The generation is no engine's.", nameof(generation));

    private Task<T> CallAsync<T>(Func<FusedBatch, T> call)
    {
        EngineCommand command = EngineCommand.Of(call, out Task<T> result);
        if (!TrySend(command))
        {
            command.Fail(new EngineFaultedException("The engine has stopped.", _fault));
        }

        return result;
    }

    private Task CallAsync(Action<FusedBatch> call) => CallAsync(batch =>
    {
        call(batch);
        return true;
    });

    private void EnterCopy()
    {
        _copies.EnterReadLock();
        if (_isDisposed)
        {
            _copies.ExitReadLock();
            throw new EngineFaultedException("The engine has stopped.", _fault);
        }
    }
}
