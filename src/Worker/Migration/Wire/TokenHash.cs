using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Godwit.Worker.Migration.Wire;

/// <summary>What source and destination of a move must agree on before the request changes hands.</summary>
internal static class TokenHash
{
    /// <summary>SHA-256 over the output tokens of every choice, each choice with its length before it.</summary>
    public static byte[] Of(IEnumerable<IReadOnlyList<int>> outputs)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[sizeof(int)];
        foreach (IReadOnlyList<int> tokens in outputs)
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, tokens.Count);
            hash.AppendData(number);
            byte[] bytes = new byte[sizeof(int) * tokens.Count];
            for (int i = 0; i < tokens.Count; i++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(int) * i), tokens[i]);
            }

            hash.AppendData(bytes);
        }

        return hash.GetHashAndReset();
    }
}
