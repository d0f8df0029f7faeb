using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Godwit.Worker.Model;

/// <summary>
/// The identity of a model's numbers: two workers with the same digest may exchange a running request.
/// It covers <c>config.json</c> and every safetensors file, each with its name and length.
/// </summary>
internal static class WeightsDigest
{
    /// <summary>SHA-256 in lower-case hexadecimal.</summary>
    /// <exception cref="ModelLoadException">A file is missing or cannot be read.</exception>
    public static string Compute(string directory)
    {
        var config = ModelFolder.RequireFile(directory, "config.json");
        var files = Directory.EnumerateFiles(directory, "*.safetensors").Append(config).OrderBy(Path.GetFileName, StringComparer.Ordinal);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
            Append(hash, file);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.SequentialScan);
            var head = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(head, stream.Length);
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(path) + "\0"));
            hash.AppendData(head);
            var buffer = new byte[1 << 20];
            while (stream.Read(buffer) is var read and > 0)
                hash.AppendData(buffer.AsSpan(0, read));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException(path, $"cannot be read: {e.Message}", e);
        }
    }
}
