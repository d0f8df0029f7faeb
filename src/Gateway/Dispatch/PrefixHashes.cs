using System.Buffers.Binary;
using System.Numerics;

namespace Godwit.Gateway.Dispatch;

/// <summary>
/// Hashes of how a prompt begins, so that the Scheduler can tell which instance has computed the same beginning lately. They only have
/// to be cheap and to differ: a collision costs a worse choice, never an answer.
/// </summary>
internal static class PrefixHashes
{
    /// <summary>Bytes of a chunk; only whole chunks count.</summary>
    public const int ChunkBytes = 256;

    /// <summary>Most chunks.</summary>
    public const int MaxChunks = 64;

    private const ulong Seed = 0x9E37_79B9_7F4A_7C15;
    private const ulong Prime = 0xC2B2_AE3D_27D4_EB4F;

    /// <summary>One hash per chunk, each of everything up to its chunk's end; the longest prefix last.</summary>
    /// <param name="prompt">The prompt as it stands in the body.</param>
    /// <param name="salt">What keeps prompts of different tenants apart.</param>
    public static ulong[] Of(ReadOnlySpan<byte> prompt, string salt)
    {
        ulong[] hashes = new ulong[Math.Min(prompt.Length / ChunkBytes, MaxChunks)];
        ulong chain = Seed;
        foreach (char c in salt)
        {
            chain = Mix(chain, c);
        }

        for (int chunk = 0; chunk < hashes.Length; chunk++)
        {
            ReadOnlySpan<byte> bytes = prompt.Slice(chunk * ChunkBytes, ChunkBytes);
            for (int i = 0; i < ChunkBytes; i += sizeof(ulong))
            {
                chain = Mix(chain, BinaryPrimitives.ReadUInt64LittleEndian(bytes[i..]));
            }

            hashes[chunk] = chain;
        }

        return hashes;
    }

    private static ulong Mix(ulong chain, ulong word)
    {
        chain = (chain ^ word) * Prime;
        return BitOperations.RotateLeft(chain, 29) * Seed;
    }
}
