using System.Text.Json.Nodes;

namespace Godwit.CommandLine.Conversion;

/// <summary>Writes a SentencePiece vocabulary as Hugging Face's <c>tokenizer.json</c> and <c>tokenizer_config.json</c>.</summary>
internal static class TokenizerFiles
{
    /// <summary>
    /// These models tell stories and know no roles, so the contents follow one another. The space stands before each, not after:
    /// it would otherwise be the prompt's last token, after which a vocabulary of whole words rarely goes on well.
    /// </summary>
    private const string ChatTemplate =
        SentencePieceVocabulary.Begin + "{% for message in messages %} {{ message['content'] }}{% endfor %}";

    public static JsonObject Tokenizer(SentencePieceVocabulary vocabulary) => new()
    {
        ["version"] = "1.0",
        ["truncation"] = null,
        ["padding"] = null,
        ["added_tokens"] = new JsonArray([.. vocabulary.Pieces.Take(SentencePieceVocabulary.SpecialCount).Select(AddedToken)]),
        ["normalizer"] = Sequence("normalizers",
            new JsonObject { ["type"] = "Prepend", ["prepend"] = SentencePieceVocabulary.Space.ToString() },
            Replace(" ", SentencePieceVocabulary.Space.ToString())),
        ["pre_tokenizer"] = null,
        ["post_processor"] = PostProcessor(),
        ["decoder"] = Decoder(vocabulary),
        ["model"] = Model(vocabulary),
    };

    public static JsonObject TokenizerConfig(int context) => new()
    {
        ["add_bos_token"] = true,
        ["add_eos_token"] = false,
        ["bos_token"] = SentencePieceVocabulary.Begin,
        ["chat_template"] = ChatTemplate,
        ["clean_up_tokenization_spaces"] = false,
        ["eos_token"] = SentencePieceVocabulary.End,
        ["model_max_length"] = context,
        ["tokenizer_class"] = "LlamaTokenizer",
        ["unk_token"] = SentencePieceVocabulary.Unknown,
    };

    private static JsonObject AddedToken(SentencePiece piece, int id) => new()
    {
        ["id"] = id,
        ["content"] = piece.Text,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = true,
    };

    private static JsonObject PostProcessor() => new()
    {
        ["type"] = "TemplateProcessing",
        ["single"] = new JsonArray(BeginPart(0), TextPart("A", 0)),
        ["pair"] = new JsonArray(BeginPart(0), TextPart("A", 0), BeginPart(1), TextPart("B", 1)),
        ["special_tokens"] = new JsonObject
        {
            [SentencePieceVocabulary.Begin] = new JsonObject
            {
                ["id"] = SentencePieceVocabulary.Begin,
                ["ids"] = new JsonArray(1),
                ["tokens"] = new JsonArray(SentencePieceVocabulary.Begin),
            },
        },
    };

    private static JsonObject Decoder(SentencePieceVocabulary vocabulary)
    {
        var steps = new List<JsonNode> { Replace(SentencePieceVocabulary.Space.ToString(), " ") };
        if (vocabulary.ByteFallback)
            steps.Add(new JsonObject { ["type"] = "ByteFallback" });
        steps.Add(new JsonObject { ["type"] = "Fuse" });
        steps.Add(new JsonObject { ["type"] = "Strip", ["content"] = " ", ["start"] = 1, ["stop"] = 0 });
        return Sequence("decoders", [.. steps]);
    }

    private static JsonObject Model(SentencePieceVocabulary vocabulary)
    {
        var ids = new JsonObject();
        for (var id = 0; id < vocabulary.Pieces.Count; id++)
            ids.Add(vocabulary.Pieces[id].Text, id);
        var merges = BpeMerges.Derive(vocabulary).Select(m => (JsonNode)$"{m.Left} {m.Right}");
        return new JsonObject
        {
            ["type"] = "BPE",
            ["dropout"] = null,
            ["unk_token"] = SentencePieceVocabulary.Unknown,
            ["continuing_subword_prefix"] = null,
            ["end_of_word_suffix"] = null,
            ["fuse_unk"] = true,
            ["byte_fallback"] = vocabulary.ByteFallback,
            ["vocab"] = ids,
            ["merges"] = new JsonArray([.. merges]),
        };
    }

    private static JsonObject Sequence(string list, params JsonNode[] steps) => new() { ["type"] = "Sequence", [list] = new JsonArray(steps) };

    private static JsonObject Replace(string pattern, string content) =>
        new() { ["type"] = "Replace", ["pattern"] = new JsonObject { ["String"] = pattern }, ["content"] = content };

    private static JsonObject BeginPart(int type) =>
        new() { ["SpecialToken"] = new JsonObject { ["id"] = SentencePieceVocabulary.Begin, ["type_id"] = type } };

    private static JsonObject TextPart(string id, int type) => new() { ["Sequence"] = new JsonObject { ["id"] = id, ["type_id"] = type } };
}
