namespace Godwit.Worker.Engine.Transfer;

/// <summary>Blocks of a reservation whose content has come, as the next blocks of a choice.</summary>
/// <param name="Choice">Index of the choice within its request.</param>
/// <param name="Computed">
/// Tokens whose K and V the choice's blocks hold, these included: 16 per block, but that the last block may be partly filled when nothing
/// follows it.
/// </param>
/// <param name="Blocks">Indices into the reservation, in order; they follow those placed before. Several choices may name the same.</param>
internal sealed record PlacedBlocks(int Choice, int Computed, IReadOnlyList<int> Blocks);
