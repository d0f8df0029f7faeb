using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Godwit.Gateway.Selection.Reading;

/// <summary>JSON strings as they stand in a body.</summary>
internal static class JsonTexts
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text of a string token; null when it is none that UTF-16 can hold (half of a surrogate pair).</summary>
    public static string? Decode(ReadOnlySpan<byte> token)
    {
        Utf8JsonReader reader = new(token);
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A text as a string token.</summary>
    public static byte[] Encode(string text)
    {
        ArrayBufferWriter<byte> buffer = new(text.Length + 2);
        using (Utf8JsonWriter writer = new(buffer, Readable))
        {
            writer.WriteStringValue(text);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
