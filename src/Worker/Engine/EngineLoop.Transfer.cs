using Godwit.Worker.Engine.Transfer;

namespace Godwit.Worker.Engine;

// What moving requests between engines needs. Any thread may call; the engine's thread carries it out between two steps.
internal sealed partial class EngineLoop
{
    /// <summary>Bytes of one KV block, all layers.</summary>
    public int BytesPerBlock => _runner.BytesPerBlock;

    /// <summary>Copies a block out while steps run: one that is pinned, or that a parked request holds.</summary>
    /// <exception cref="EngineFaultedException">The engine has stopped.</exception>
    public void ReadBlock(int block, Span<byte> bytes) => throw new NotSupportedException();

    /// <summary>Fills a block while steps run: one that is reserved and not placed.</summary>
    /// <exception cref="EngineFaultedException">The engine has stopped.</exception>
    public void WriteBlock(int block, ReadOnlySpan<byte> bytes) => throw new NotSupportedException();

    /// <summary>How a request stands; null when it is over.</summary>
    /// <param name="generation">The request.</param>
    /// <param name="pin">Whether its full blocks are to be pinned in the same moment.</param>
    public Task<RequestProgress?> ProgressAsync(Generation generation, bool pin = false) => throw new NotSupportedException();

    /// <summary>The blocks may be used for something else again. Harmless when called twice.</summary>
    public Task UnpinAsync(BlockPin pin) => throw new NotSupportedException();

    /// <summary>
    /// Takes a request out of the batch; it keeps its blocks and places. Null when it is over, not movable, or parked already. All outputs
    /// that it has made by then are in its channel.
    /// </summary>
    public Task<ParkedRequest?> ParkAsync(Generation generation) => throw new NotSupportedException();

    /// <summary>A parked request goes on as if nothing had been. False when it was cancelled or dropped meanwhile.</summary>
    public Task<bool> UnparkAsync(ParkedRequest parked) => throw new NotSupportedException();

    /// <summary>
    /// A parked request goes on elsewhere: its blocks are free, its outputs end without a finish. Harmless when it is not parked any more.
    /// </summary>
    public Task DropAsync(ParkedRequest parked) => throw new NotSupportedException();

    /// <summary>Keeps blocks and places for a request that is on its way here; null when there is not enough beyond the watermark.</summary>
    /// <param name="blocks">KV blocks.</param>
    /// <param name="sequences">Choices that hold blocks, and so need a place in the batch.</param>
    public Task<BlockReservation?> ReserveAsync(int blocks, int sequences) => throw new NotSupportedException();

    /// <summary>Adds blocks to a reservation; false when there are not enough, or when it is over.</summary>
    public Task<bool> GrowAsync(BlockReservation reservation, int blocks) => throw new NotSupportedException();

    /// <summary>Gives up a reservation and what was placed of it. Harmless when called twice, or after the adoption.</summary>
    public Task FreeAsync(BlockReservation reservation) => throw new NotSupportedException();

    /// <summary>Makes a request ready that has begun elsewhere, on the caller's thread. It does not run before <see cref="AdoptAsync"/>.</summary>
    /// <param name="request">The request; its <see cref="GenerationRequest.Outputs"/>, if any, are as if told by
    /// <see cref="RequestAdoption.Extend"/> without log-probabilities.</param>
    /// <exception cref="InvalidDataException">The outputs are not what this request can have sampled.</exception>
    /// <exception cref="EngineFaultedException">The engine broke.</exception>
    public RequestAdoption PrepareAdoption(GenerationRequest request) => throw new NotSupportedException();

    /// <summary>
    /// Blocks whose content has come become the request's, and can be found in the prefix cache when they are full. Takes time by the blocks
    /// placed, not by those before: placing each stage of a copy as it comes leaves little for the end. Every token that they hold was told
    /// (<see cref="RequestAdoption.Extend"/>) before.
    /// </summary>
    /// <returns>False when the reservation is over.</returns>
    public Task<bool> PlaceAsync(RequestAdoption adoption, BlockReservation reservation, IReadOnlyList<PlacedBlocks> blocks) =>
        throw new NotSupportedException();

    /// <summary>
    /// The request runs from here on, in work that does not grow with its context. A choice without placed blocks waits for its turn and is
    /// computed again. What is left of the reservation is free.
    /// </summary>
    /// <returns>False when the reservation is over, or the generation was disposed.</returns>
    public Task<bool> AdoptAsync(RequestAdoption adoption, BlockReservation reservation) => throw new NotSupportedException();
}
