namespace Godwit.Worker.KvCache;

/// <summary>The size of a KV block, the unit of allocation and of migration.</summary>
internal static class KvBlock
{
    /// <summary>Tokens in one block (all layers).</summary>
    public const int Tokens = 16;

    /// <summary>Blocks that hold <paramref name="tokens"/> tokens.</summary>
    public static int Count(int tokens) => (tokens + Tokens - 1) / Tokens;
}
