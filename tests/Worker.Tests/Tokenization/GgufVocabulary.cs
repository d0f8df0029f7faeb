using System.Text;
using System.Text.Json.Nodes;

namespace Godwit.Worker.Tests.Tokenization;

/// <summary>The vocabulary in a GGUF file, as far as a <c>tokenizer.json</c> needs it.</summary>
internal sealed class GgufVocabulary
{
    private const uint StringType = 8;
    private const uint ArrayType = 9;

    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);

    public GgufVocabulary(string path)
    {
        using var reader = new BinaryReader(File.OpenRead(path));
        Assert.Equal("GGUF", Encoding.ASCII.GetString(reader.ReadBytes(4)));
        reader.ReadUInt32();
        reader.ReadUInt64();
        ulong count = reader.ReadUInt64();
        for (ulong i = 0; i < count; i++)
        {
            string key = ReadText(reader);
            _values[key] = ReadValue(reader, reader.ReadUInt32());
        }
    }

    public string[] Tokens => [.. ((object[])_values["tokenizer.ggml.tokens"]).Cast<string>()];

    /// <summary>What <c>model</c> of a byte-level <c>tokenizer.json</c> would hold.</summary>
    public JsonObject ByteLevelModel() => new()
    {
        ["type"] = "BPE",
        ["vocab"] = Vocabulary(),
        ["merges"] = new JsonArray([.. ((object[])_values["tokenizer.ggml.merges"]).Select(merge => (JsonNode)(string)merge)]),
    };

    /// <summary>
    /// The same of a SentencePiece one: every cut of a token into two others is a merge, the likelier token first, and among the cuts of
    /// one token those of the likelier parts.
    /// </summary>
    public JsonObject SentencePieceModel()
    {
        string[] tokens = Tokens;
        float[] scores = [.. ((object[])_values["tokenizer.ggml.scores"]).Cast<float>()];
        var ids = tokens.Select((token, id) => (token, id)).ToDictionary(entry => entry.token, entry => entry.id, StringComparer.Ordinal);
        IEnumerable<string[]> merges = Enumerable.Range(0, tokens.Length)
            .OrderByDescending(id => scores[id])
            .SelectMany(id => Enumerable.Range(1, Math.Max(0, tokens[id].Length - 1))
                .Select(cut => (Left: tokens[id][..cut], Right: tokens[id][cut..]))
                .Where(pair => ids.ContainsKey(pair.Left) && ids.ContainsKey(pair.Right))
                .OrderBy(pair => ids[pair.Left]).ThenBy(pair => ids[pair.Right])
                .Select(pair => (string[])[pair.Left, pair.Right]));
        return new JsonObject
        {
            ["type"] = "BPE",
            ["unk_token"] = "<unk>",
            ["fuse_unk"] = true,
            ["byte_fallback"] = true,
            ["vocab"] = Vocabulary(),
            ["merges"] = new JsonArray([.. merges.Select(pair => (JsonNode)new JsonArray(pair[0], pair[1]))]),
        };
    }

    /// <summary>Control and user-defined tokens, as added tokens.</summary>
    public JsonArray AddedTokens()
    {
        const int Control = 3;
        const int UserDefined = 4;
        string[] tokens = Tokens;
        int[] types = [.. ((object[])_values["tokenizer.ggml.token_type"]).Cast<int>()];
        return new JsonArray([.. Enumerable.Range(0, tokens.Length).Where(id => types[id] is Control or UserDefined)
            .Select(id => (JsonNode)TokenizerFiles.Added(id, tokens[id], special: types[id] == Control))]);
    }

    private JsonObject Vocabulary() => new([.. Tokens.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id))]);

    private static string ReadText(BinaryReader reader) => Encoding.UTF8.GetString(reader.ReadBytes(checked((int)reader.ReadUInt64())));

    private static object ReadValue(BinaryReader reader, uint type)
    {
        if (type == StringType)
        {
            return ReadText(reader);
        }

        if (type == ArrayType)
        {
            uint element = reader.ReadUInt32();
            var values = new object[checked((int)reader.ReadUInt64())];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = ReadValue(reader, element);
            }

            return values;
        }

        return type switch
        {
            0 => reader.ReadByte(),
            1 => reader.ReadSByte(),
            2 => reader.ReadUInt16(),
            3 => reader.ReadInt16(),
            4 => reader.ReadUInt32(),
            5 => reader.ReadInt32(),
            6 => reader.ReadSingle(),
            7 => reader.ReadBoolean(),
            10 => reader.ReadUInt64(),
            11 => reader.ReadInt64(),
            12 => reader.ReadDouble(),
            _ => throw new InvalidDataException($"GGUF value type {type}"),
        };
    }
}
