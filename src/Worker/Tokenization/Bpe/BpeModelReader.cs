using System.Text.Json;

namespace Godwit.Worker.Tokenization.Bpe;

/// <summary>Makes the model from the file's <c>model</c> section.</summary>
internal static class BpeModelReader
{
    public static BpeModel Read(JsonElement model)
    {
        // The first files had no type; then the merges tell.
        string type = model.TypeName();
        if (type != "BPE" && !(type.Length == 0 && model.Optional("merges") is not null))
        {
            throw new InvalidDataException($"model type '{type}' is not supported (BPE is)");
        }

        RefuseWhatChangesIds(model);
        Dictionary<string, int> vocabulary = ReadVocabulary(model.Required("vocab", JsonValueKind.Object));
        string? unknown = model.Optional("unk_token")?.AsString("unk_token");
        return new BpeModel(
            vocabulary,
            ReadMerges(model.Required("merges", JsonValueKind.Array), vocabulary),
            model.Flag("byte_fallback", fallback: false) ? ReadByteIds(vocabulary) : null,
            unknown is null ? null : IdOf(unknown, vocabulary, "unk_token"),
            model.Flag("fuse_unk", fallback: false),
            model.Flag("ignore_merges", fallback: false));
    }

    /// <summary>The text of a byte token, as SentencePiece writes it.</summary>
    public static string ByteToken(byte value) => $"<0x{value:X2}>";

    private static void RefuseWhatChangesIds(JsonElement model)
    {
        foreach (string name in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (model.Optional(name)?.AsString(name) is { Length: > 0 } value)
            {
                throw new InvalidDataException($"BPE '{name}' '{value}' is not supported");
            }
        }

        if (model.Optional("dropout") is { } dropout && !(dropout.ValueKind == JsonValueKind.Number && dropout.GetDouble() == 0))
        {
            throw new InvalidDataException("BPE 'dropout' is not supported: tokens must not be random");
        }
    }

    private static Dictionary<string, int> ReadVocabulary(JsonElement section)
    {
        var vocabulary = new Dictionary<string, int>(section.GetPropertyCount(), StringComparer.Ordinal);
        foreach (JsonProperty entry in section.EnumerateObject())
        {
            vocabulary[entry.Name] = entry.Value.AsTokenId("vocab");
        }

        return vocabulary.Count > 0 ? vocabulary : throw new InvalidDataException("'vocab' is empty");
    }

    private static MergeTable ReadMerges(JsonElement section, Dictionary<string, int> vocabulary)
    {
        var merges = new MergeTable(section.GetArrayLength());
        int rank = 0;
        foreach (JsonElement entry in section.EnumerateArray())
        {
            (string left, string right) = ReadPair(entry, rank);
            merges.Set(
                IdOf(left, vocabulary, "merges"),
                IdOf(right, vocabulary, "merges"),
                new Merge(rank, IdOf(left + right, vocabulary, "merges")));
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
