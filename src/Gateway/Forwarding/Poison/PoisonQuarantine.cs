using System.Security.Cryptography;
using System.Text;
using Godwit.Contracts.OpenAI;
using Godwit.Gateway.OpenAI;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Godwit.Gateway.Forwarding.Poison;

/// <summary>Requests that killed three workers; for a while they are refused before another worker sees them (DESIGN §5.4).</summary>
internal sealed class PoisonQuarantine(IOptions<ForwardingOptions> options, TimeProvider time)
{
    /// <summary>Most requests remembered; beyond it the oldest is forgotten.</summary>
    public const int Capacity = 1024;

    /// <summary>What its client is told.</summary>
    public static AttemptResult.Refused Refusal { get; } = new(
        StatusCodes.Status500InternalServerError,
        ApiErrorBody.ToUtf8(ApiError.Server(
            "Every instance that ran this request failed. It is not tried again for a while.", ApiErrorCodes.RequestPoisoned)));

    private readonly TimeSpan _term = TimeSpan.FromMinutes(options.Value.QuarantineMinutes);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _since = new(StringComparer.Ordinal);
    private volatile bool _isEmpty = true;

    /// <summary>The request is refused.</summary>
    public bool Holds(string path, GenerationCall call, ReadOnlySpan<byte> body)
    {
        // Nearly always: then no request pays for a digest.
        if (_isEmpty)
        {
            return false;
        }

        string digest = Digest(path, call, body);
        lock (_lock)
        {
            Forget();
            return _since.ContainsKey(digest);
        }
    }

    /// <summary>The request is convicted.</summary>
    public void Add(string path, GenerationCall call, ReadOnlySpan<byte> body)
    {
        string digest = Digest(path, call, body);
        lock (_lock)
        {
            Forget();
            if (_since.Count >= Capacity)
            {
                _since.Remove(_since.MinBy(entry => entry.Value).Key);
            }

            _since[digest] = time.GetTimestamp();
            _isEmpty = false;
        }
    }

    /// <summary>SHA-256 of path and body, without the seed: another draw of the same request is the same request.</summary>
    private static string Digest(string path, GenerationCall call, ReadOnlySpan<byte> body)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(path + "\n"));
        hash.AppendData(body[..call.SeedAt.Start]);
        hash.AppendData(body[call.SeedAt.End..]);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private void Forget()
    {
        long now = time.GetTimestamp();
        foreach ((string digest, long since) in _since)
        {
            if (time.GetElapsedTime(since, now) >= _term)
            {
                _since.Remove(digest);
            }
        }

        _isEmpty = _since.Count == 0;
    }
}
