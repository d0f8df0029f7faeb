using System.Text.Json;

namespace Godwit.Worker.Tokenization.Bpe;

/// <summary>Makes the model from the file's <c>model</c> section.</summary>
internal static class BpeModelReader
{
    /// <summary>The vocabulary: token text to id.</summary>
    public static Dictionary<string, int> ReadVocabulary(JsonElement model)
    {
        JsonElement section = model.Required("vocab", JsonValueKind.Object);
        var vocabulary = new Dictionary<string, int>(section.GetPropertyCount(), StringComparer.Ordinal);
        foreach (JsonProperty entry in section.EnumerateObject())
        {
            vocabulary[entry.Name] = entry.Value.AsTokenId("vocab");
        }

        return vocabulary.Count > 0 ? vocabulary : throw new InvalidDataException("'vocab' is empty");
    }

    /// <param name="model">The section.</param>
    /// <param name="vocabulary">What <see cref="ReadVocabulary"/> found in it.</param>
    /// <param name="control">Ids of the tokens that plain text never becomes.</param>
    public static BpeModel Read(JsonElement model, Dictionary<string, int> vocabulary, HashSet<int> control)
    {
        if (model.Optional("dropout") is { } dropout && !(dropout.ValueKind == JsonValueKind.Number && dropout.GetDouble() == 0))
        {
            throw new InvalidDataException("BPE 'dropout' is not supported: tokens must not be random");
        }

        string? unknown = model.Optional("unk_token")?.AsString("unk_token");
        string prefix = ReadDecoration(model, "continuing_subword_prefix");
        var options = new BpeOptions
        {
            ByteIds = model.Flag("byte_fallback", fallback: false) ? ReadByteIds(vocabulary) : null,
            UnknownToken = unknown is null ? null : IdOf(unknown, vocabulary, "unk_token"),
            FuseUnknown = model.Flag("fuse_unk", fallback: false),
            IgnoreMerges = model.Flag("ignore_merges", fallback: false),
            ContinuingPrefix = prefix,
            EndOfWordSuffix = ReadDecoration(model, "end_of_word_suffix"),
        };
        MergeTable merges = ReadMerges(model.Required("merges", JsonValueKind.Array), vocabulary, prefix.Length);
        return new BpeModel(vocabulary, merges, options, control);
    }

    /// <summary>Refuses a model of another kind.</summary>
    public static void CheckType(JsonElement model)
    {
        // The first files had no type; then the merges tell.
        string type = model.TypeName();
        if (type != "BPE" && !(type.Length == 0 && model.Optional("merges") is not null))
        {
            throw new InvalidDataException($"model type '{type}' is not supported (BPE is)");
        }
    }

    /// <summary>The text of a byte token, as SentencePiece writes it.</summary>
    public static string ByteToken(byte value) => $"<0x{value:X2}>";

    private static string ReadDecoration(JsonElement model, string name)
    {
        // Its bytes, and those of the character it is put to, find room on the stack.
        const int Longest = 16;
        string value = model.Optional(name)?.AsString(name) ?? "";
        return value.Length <= Longest ? value : throw new InvalidDataException($"BPE '{name}' is longer than {Longest} characters");
    }

    private static MergeTable ReadMerges(JsonElement section, Dictionary<string, int> vocabulary, int prefixLength)
    {
        var merges = new MergeTable(section.GetArrayLength());
        int rank = 0;
        foreach (JsonElement entry in section.EnumerateArray())
        {
            // Merge lists taken over from merges.txt may begin as that does.
            if (entry.ValueKind == JsonValueKind.String && entry.AsString("merges").StartsWith("#version", StringComparison.Ordinal))
            {
                continue;
            }

            (string left, string right) = ReadPair(entry, rank);
            merges.Set(
                IdOf(left, vocabulary, "merges"),
                IdOf(right, vocabulary, "merges"),
                new Merge(rank, IdOf(left + right[Math.Min(prefixLength, right.Length)..], vocabulary, "merges")));
            rank++;
        }

        return merges;
    }

    private static (string Left, string Right) ReadPair(JsonElement entry, int rank)
    {
        string[] parts = entry.ValueKind switch
        {
            JsonValueKind.Array => [.. entry.EnumerateArray().Select(part => part.AsString("merges"))],
            _ => entry.AsString("merges").Split(' '),
        };
        return parts.Length == 2 ? (parts[0], parts[1]) : throw new InvalidDataException($"merge {rank} is not a pair of tokens");
    }

    private static int[] ReadByteIds(Dictionary<string, int> vocabulary)
    {
        var ids = new int[256];
        for (int value = 0; value < ids.Length; value++)
        {
            ids[value] = vocabulary.GetValueOrDefault(ByteToken((byte)value), -1);
        }

        return ids;
    }

    private static int IdOf(string token, Dictionary<string, int> vocabulary, string where) =>
        vocabulary.TryGetValue(token, out int id)
            ? id
            : throw new InvalidDataException($"'{where}' names '{token}', which is not in 'vocab'");
}
