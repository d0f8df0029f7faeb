namespace Godwit.Contracts.Frames;

/// <summary>
/// The tail that a Gateway puts behind a client's own request id: clients use an id twice, while the cluster tells requests apart by it. The
/// client's part is cut so that the whole stays within <see cref="MaxIdLength"/>.
/// </summary>
public static class RequestIdTail
{
    /// <summary>Most characters of a request id.</summary>
    public const int MaxIdLength = 64;

    /// <summary>Lower-case hex digits of the tail, after its hyphen.</summary>
    public const int Digits = 16;

    /// <summary>A client's id, cut to what is left beside the tail.</summary>
    public static string CutForTail(string id) => id.Length > MaxIdLength - Digits - 1 ? id[..(MaxIdLength - Digits - 1)] : id;

    /// <summary>The client's part of an id with a tail; null when it has none.</summary>
    public static string? PublicPartOf(string request)
    {
        int hyphen = request.Length - Digits - 1;
        return hyphen > 0 && request[hyphen] == '-' && request.AsSpan(hyphen + 1).IndexOfAnyExcept("0123456789abcdef") < 0
            ? request[..hyphen]
            : null;
    }
}
