using System.Globalization;

namespace Godwit.Worker.Api.Requests;

/// <summary>
/// Escapes such as <c>\ud83e</c> in JSON, which are halves of a character. JSON's grammar lets them stand alone; no text has them, and a
/// JSON reader only finds out when it is asked for the string.
/// </summary>
internal static class SurrogateEscapes
{
    private const int Length = 6;

    /// <summary>Whether each half is followed, or preceded, by the other.</summary>
    /// <param name="json">Well-formed JSON in UTF-8.</param>
    public static bool ArePaired(ReadOnlySpan<byte> json)
    {
        while (json.IndexOf((byte)'\\') is var at and >= 0)
        {
            json = json[at..];
            char unit = Unit(json);
            if (char.IsLowSurrogate(unit) || (char.IsHighSurrogate(unit) && !char.IsLowSurrogate(Unit(json[Length..]))))
            {
                return false;
            }

            json = json[(char.IsHighSurrogate(unit) ? 2 * Length : 2)..];
        }

        return true;
    }

    // The code unit that an escape at the start stands for; 0 when there is none, or one of a single letter.
    private static char Unit(ReadOnlySpan<byte> json) => json.Length >= Length && json.StartsWith("\\u"u8)
        ? (char)int.Parse(json[2..Length], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
        : '\0';
}
