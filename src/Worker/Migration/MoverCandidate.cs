namespace Godwit.Worker.Migration;

/// <summary>What the choice of a request to move knows of one request.</summary>
/// <param name="Blocks">KV blocks it holds, shared ones once.</param>
/// <param name="KnownTokens">Prompt and sampled tokens of its longest sequence.</param>
/// <param name="GeneratedTokens">Tokens sampled of its longest sequence.</param>
/// <param name="RemainingTokens">The most that it may still sample per sequence.</param>
/// <param name="IsHigh">Its execution priority is high.</param>
/// <param name="IsMovable">All its sequences decode, and nothing forbids a move.</param>
internal readonly record struct MoverCandidate(
    int Blocks, int KnownTokens, int GeneratedTokens, int RemainingTokens, bool IsHigh, bool IsMovable);
