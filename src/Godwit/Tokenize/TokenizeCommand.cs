using System.Text.Encodings.Web;
using System.Text.Json;
using Godwit.Worker.Tokenization;

namespace Godwit.CommandLine.Tokenize;

/// <summary>
/// The body of <c>godwit tokenize DIR</c>: JSON lines <c>{"text"}</c> in, JSON lines <c>{"ids","decoded"}</c> out, without added
/// special tokens. Needs nothing in DIR but <c>tokenizer.json</c>.
/// </summary>
internal static class TokenizeCommand
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Runs until the input ends; a line that cannot be read gives <c>{"error"}</c> and the run goes on.</summary>
    /// <returns>The exit code: 0, or 1 when the tokenizer could not be loaded.</returns>
    public static int Run(string directory, TextReader input, TextWriter output, TextWriter error)
    {
        Tokenizer tokenizer;
        try
        {
            tokenizer = Tokenizer.Load(directory);
        }
        catch (InvalidDataException e)
        {
            error.WriteLine(e.Message);
            return 1;
        }

        // Line by line and flushed, so that it can be driven through a pipe; '\n' on every system.
        while (input.ReadLine() is { } line)
        {
            output.Write(Answer(tokenizer, line));
            output.Write('\n');
            output.Flush();
        }

        return 0;
    }

    private static string Answer(Tokenizer tokenizer, string line)
    {
        try
        {
            string text = ReadText(line);
            int[] ids = [.. tokenizer.Encode(text, addSpecialTokens: false)];
            string decoded = tokenizer.Decode(ids, skipSpecialTokens: false);
            return JsonSerializer.Serialize(new { ids, decoded }, Readable);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return JsonSerializer.Serialize(new { error = e.Message }, Readable);
        }
    }

    private static string ReadText(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        return document.RootElement is { ValueKind: JsonValueKind.Object } root
            && root.TryGetProperty("text", out JsonElement text)
            && text.ValueKind == JsonValueKind.String
                ? LenientJsonString.Read(text)
                : throw new JsonException("a line must be an object with a string \"text\"");
    }
}
