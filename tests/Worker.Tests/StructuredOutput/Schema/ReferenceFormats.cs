using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Godwit.Worker.Tests.StructuredOutput.Schema;

/// <summary>Formats of strings, checked with the platform's own parsers rather than with one expression.</summary>
internal static class ReferenceFormats
{
    public static bool IsValid(string format, string text) => format switch
    {
        "date" => IsDate(text),
        "time" => IsTime(text),
        "date-time" => text.Length > 11 && text[10] is 'T' or 't' && IsDate(text[..10]) && IsTime(text[11..]),
        "uuid" => text.Length == 36 && Guid.TryParseExact(text, "D", out _),
        "ipv4" => IsIpv4(text),
        "ipv6" => text.Contains(':', StringComparison.Ordinal) && text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.')
            && IPAddress.TryParse(text, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6,
        "hostname" => IsHostName(text),
        "email" => text.LastIndexOf('@') is > 0 and var at && text.AsSpan(0, at).IndexOfAnyExceptInRange(' ', '~') < 0
            && (IsHostName(text[(at + 1)..]) || text[at + 1] == '['),
        "uri" => Regex.IsMatch(text, @"\A[A-Za-z][A-Za-z0-9+.-]*:") && text.All(c => c is > ' ' and <= '~' && !"\"<>\\^`{|}".Contains(c)),
        "json-pointer" => text.Length == 0 || (text[0] == '/' && !Regex.IsMatch(text, "~(?![01])")),
        "duration" => Regex.IsMatch(text, @"\AP(?=.)([0-9]+W|(([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T(?=.)([0-9]+H)?([0-9]+M)?([0-9]+S)?)?))\z"),
        _ => true,
    };

    private static bool IsDate(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
        || (text.StartsWith("0000-", StringComparison.Ordinal) && IsDate("2000" + text[4..]));

    private static bool IsTime(string text)
    {
        Match match = Regex.Match(text, @"\A([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]+)?([Zz]|[+-]([0-9]{2}):([0-9]{2}))\z");
        int Part(int group) => match.Groups[group].Success ? int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : 0;
        return match.Success && Part(1) < 24 && Part(2) < 60 && Part(6) < 24 && Part(7) < 60
            && (Part(3) < 60 || (Part(3) == 60 && Part(1) == 23 && Part(2) == 59));
    }

    private static bool IsIpv4(string text) =>
        text.Split('.') is { Length: 4 } parts
        && parts.All(p => byte.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out byte octet) && octet.ToString(CultureInfo.InvariantCulture) == p);

    private static bool IsHostName(string text) =>
        text.Length is > 0 and <= 253
        && text.Split('.').All(l => l.Length is > 0 and <= 63 && l[0] != '-' && l[^1] != '-' && l.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'));
}
