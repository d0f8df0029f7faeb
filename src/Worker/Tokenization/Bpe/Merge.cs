namespace Godwit.Worker.Tokenization.Bpe;

/// <summary>What a pair of tokens becomes.</summary>
/// <param name="Rank">Its place in the list: lower merges first.</param>
/// <param name="Id">The token both make.</param>
internal readonly record struct Merge(int Rank, int Id);
