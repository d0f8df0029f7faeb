using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Godwit.Worker.KvCache;

/// <summary>
/// Names the content of a full KV block: SHA-256 over the hash of the block before it and the block's own 16 tokens, so that equal hashes
/// mean equal tokens from the start of the sequence on. The chain begins with the tenant's salt: no tenant can find, or time, another's
/// blocks (vLLM's hash chain; a cryptographic hash, because tokens come from clients).
/// </summary>
internal readonly record struct BlockHash
{
    private readonly UInt128 _low;
    private readonly UInt128 _high;

    private BlockHash(ReadOnlySpan<byte> digest)
    {
        _low = BinaryPrimitives.ReadUInt128LittleEndian(digest);
        _high = BinaryPrimitives.ReadUInt128LittleEndian(digest[16..]);
    }

    /// <summary>The parent of a sequence's first block.</summary>
    /// <param name="salt">Separates those who must not share blocks; empty when nobody must be kept apart.</param>
    public static BlockHash Root(string salt) => new(SHA256.HashData(Encoding.UTF8.GetBytes(salt)));

    /// <summary>The hash of the block after this one.</summary>
    /// <param name="tokens">Its token ids, <see cref="KvBlock.Tokens"/> of them.</param>
    public BlockHash Next(ReadOnlySpan<int> tokens)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(tokens.Length, KvBlock.Tokens);
        Span<byte> input = stackalloc byte[32 + (KvBlock.Tokens * sizeof(int))];
        BinaryPrimitives.WriteUInt128LittleEndian(input, _low);
        BinaryPrimitives.WriteUInt128LittleEndian(input[16..], _high);
        MemoryMarshal.AsBytes(tokens).CopyTo(input[32..]);
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(input, digest);
        return new BlockHash(digest);
    }

    /// <summary>The hashes of all full blocks of a sequence.</summary>
    public static List<BlockHash> Chain(string salt, ReadOnlySpan<int> tokens)
    {
        var chain = new List<BlockHash>(tokens.Length / KvBlock.Tokens);
        BlockHash hash = Root(salt);
        for (int start = 0; start + KvBlock.Tokens <= tokens.Length; start += KvBlock.Tokens)
        {
            hash = hash.Next(tokens.Slice(start, KvBlock.Tokens));
            chain.Add(hash);
        }

        return chain;
    }
}
