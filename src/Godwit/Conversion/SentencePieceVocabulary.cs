using System.Globalization;
using System.Text;

namespace Godwit.CommandLine.Conversion;

/// <summary>One token of a SentencePiece vocabulary, its spaces written as U+2581.</summary>
/// <param name="Text">The token.</param>
/// <param name="Score">The higher, the sooner two neighbours are merged into it.</param>
internal readonly record struct SentencePiece(string Text, float Score);

/// <summary>
/// A SentencePiece vocabulary, from a llama2.c <c>tokenizer.bin</c> or from the <c>.vocab</c> text file that SentencePiece's trainer writes.
/// Tokens 0, 1 and 2 are the unknown token, begin and end.
/// </summary>
internal sealed class SentencePieceVocabulary
{
    public const string Unknown = "<unk>";
    public const string Begin = "<s>";
    public const string End = "</s>";
    public const char Space = '\u2581';
    public const int SpecialCount = 3;

    private const int LongestPieceBytes = 4096;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private SentencePieceVocabulary(string path, IReadOnlyList<SentencePiece> pieces)
    {
        Pieces = pieces;
        Ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var id = 0; id < pieces.Count; id++)
        {
            if (!Ids.TryAdd(pieces[id].Text, id))
                throw new ConversionException(path, $"tokens {Ids[pieces[id].Text]} and {id} are the same");
        }

        if (pieces.Count < SpecialCount || pieces[0].Text != Unknown || pieces[1].Text != Begin || pieces[2].Text != End)
            throw new ConversionException(path, $"tokens 0, 1 and 2 are not {Unknown}, {Begin} and {End}");
        var bytes = Enumerable.Range(0, 256).Count(b => Ids.ContainsKey(BytePiece(b)));
        if (bytes is not 0 and not 256)
            throw new ConversionException(path, $"has {bytes} of the 256 byte tokens");
        ByteFallback = bytes == 256;
    }

    /// <summary>All tokens in the order of their ids.</summary>
    public IReadOnlyList<SentencePiece> Pieces { get; }

    public Dictionary<string, int> Ids { get; }

    /// <summary>Whether there is a token for every byte, so that no text is unknown.</summary>
    public bool ByteFallback { get; }

    public static SentencePieceVocabulary Read(string path, int size)
    {
        try
        {
            var pieces = Path.GetExtension(path) == ".vocab" ? ReadText(path) : ReadBinary(path, size);
            return pieces.Count == size
                ? new SentencePieceVocabulary(path, pieces)
                : throw new ConversionException(path, $"has {pieces.Count} tokens; the checkpoint's vocabulary has {size}");
        }
        catch (ArgumentException)
        {
            throw new ConversionException(path, "a token is not valid UTF-8");
        }
    }

    public static string BytePiece(int value) => $"<0x{value:X2}>";

    /// <summary>Every line: token, tab, score; the line's number is the token's id.</summary>
    private static List<SentencePiece> ReadText(string path)
    {
        var pieces = new List<SentencePiece>();
        // Not File.ReadLines: a token may be a character that .NET takes for the end of a line.
        foreach (var line in StrictUtf8.GetString(File.ReadAllBytes(path)).TrimEnd('\n').Split('\n'))
        {
            var tab = line.LastIndexOf('\t');
            if (tab < 1 || !float.TryParse(line.AsSpan(tab + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var score))
                throw new ConversionException(path, $"line {pieces.Count + 1} is not a token, a tab and a score");
            pieces.Add(new SentencePiece(line[..tab], score));
        }

        return pieces;
    }

    /// <summary>The longest token's length, then every token: score, length, bytes.</summary>
    private static List<SentencePiece> ReadBinary(string path, int size)
    {
        using var reader = new BinaryReader(File.OpenRead(path));
        var pieces = new List<SentencePiece>();
        try
        {
            reader.ReadInt32();
            while (pieces.Count < size)
            {
                var score = reader.ReadSingle();
                var length = reader.ReadInt32();
                if (length is < 1 or > LongestPieceBytes || !float.IsFinite(score))
                    throw new ConversionException(path, $"token {pieces.Count} is malformed: {length} bytes, score {score.ToString(CultureInfo.InvariantCulture)}");
                var bytes = reader.ReadBytes(length);
                if (bytes.Length < length)
                    throw new EndOfStreamException();
                pieces.Add(new SentencePiece(FromLlama2c(StrictUtf8.GetString(bytes), pieces.Count), score));
            }
        }
        catch (EndOfStreamException)
        {
            throw new ConversionException(path, $"truncated: it ends within token {pieces.Count} of {size}");
        }

        var rest = reader.BaseStream.Length - reader.BaseStream.Position;
        return rest == 0 ? pieces : throw new ConversionException(path, $"too long: {rest} bytes follow the last of {size} tokens");
    }

    /// <summary>llama2.c stores what it prints: real spaces, and lines around the tokens for begin and end.</summary>
    private static string FromLlama2c(string text, int id) => id is 1 or 2 ? text.Trim('\n') : text.Replace(' ', Space);
}
