using System.Security.Cryptography;
using System.Text;
using Godwit.Gateway.Selection.Reading;

namespace Godwit.Gateway.Selection.Conversations;

/// <summary>
/// Tells conversations apart: by the client's own name for one, else by how it begins (system message and first user message), which is the
/// same at every turn. Two that begin alike may be taken for one: that costs a choice, never an answer.
/// </summary>
internal static class ConversationKey
{
    // Beyond that, texts of the same length count as equal.
    private const int MostBytes = 4096;

    /// <summary>The key; null when the request is no part of a conversation.</summary>
    /// <param name="body">The body as the client sent it.</param>
    /// <param name="read">What was read of it.</param>
    /// <param name="tenant">Keeps tenants apart.</param>
    public static UInt128? Of(ReadOnlySpan<byte> body, SelectionBody read, string tenant)
    {
        if (read.Field.Conversation is { } name)
        {
            return Hash(tenant, 1, Encoding.UTF8.GetBytes(name), []);
        }

        return read.Prompt.OpeningAt.Equals(..0)
            ? null
            : Hash(tenant, 0, body[read.Prompt.SystemAt], body[read.Prompt.OpeningAt]);
    }

    private static UInt128 Hash(string tenant, byte kind, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([kind]);
        Append(hash, Encoding.UTF8.GetBytes(tenant));
        Append(hash, first);
        Append(hash, second);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return new UInt128(BitConverter.ToUInt64(digest), BitConverter.ToUInt64(digest[sizeof(ulong)..]));
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> text)
    {
        hash.AppendData(BitConverter.GetBytes(text.Length));
        hash.AppendData(text[..Math.Min(text.Length, MostBytes)]);
    }
}
