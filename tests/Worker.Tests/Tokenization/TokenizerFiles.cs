using System.Text.Json;
using System.Text.Json.Nodes;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Tests.Tokenization;

/// <summary>Small <c>tokenizer.json</c> texts of both kinds, made here.</summary>
internal static class TokenizerFiles
{
    public const string LlamaSplit =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>All 256 bytes (id = byte), then the merges in order, then <c>&lt;|bos|&gt;</c> and <c>&lt;|end|&gt;</c>.</summary>
    public static JsonObject ByteLevel(params (string Left, string Right)[] merges)
    {
        var vocabulary = new JsonObject();
        for (int value = 0; value < 256; value++)
        {
            vocabulary[ByteLevelAlphabet.ToChar((byte)value).ToString()] = value;
        }

        var pairs = new JsonArray();
        foreach ((string left, string right) in merges)
        {
            vocabulary[left + right] ??= vocabulary.Count;
            pairs.Add((JsonNode)new JsonArray(left, right));
        }

        int next = vocabulary.Count;
        return new JsonObject
        {
            ["added_tokens"] = new JsonArray(Added(next, "<|bos|>"), Added(next + 1, "<|end|>")),
            ["normalizer"] = Json("""{"type":"NFC"}"""),
            ["pre_tokenizer"] = new JsonObject
            {
                ["type"] = "Sequence",
                ["pretokenizers"] = new JsonArray(
                    new JsonObject
                    {
                        ["type"] = "Split",
                        ["pattern"] = new JsonObject { ["Regex"] = LlamaSplit },
                        ["behavior"] = "Isolated",
                        ["invert"] = false,
                    },
                    Json("""{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}""")),
            },
            ["post_processor"] = Template("<|bos|>", next),
            ["decoder"] = Json("""{"type":"ByteLevel"}"""),
            ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = vocabulary, ["merges"] = pairs },
        };
    }

    /// <summary>
    /// 0 unk, 1 bos, 2 eos, then the 256 byte tokens if asked for, then the characters, then the merges in order. Prefix by a
    /// normalizer, as in Llama 2's file.
    /// </summary>
    public static JsonObject SentencePiece(bool byteFallback, string characters, params (string Left, string Right)[] merges)
    {
        var vocabulary = new JsonObject { ["<unk>"] = 0, ["<s>"] = 1, ["</s>"] = 2 };
        for (int value = 0; byteFallback && value < 256; value++)
        {
            vocabulary[$"<0x{value:X2}>"] = vocabulary.Count;
        }

        foreach (char c in "▁" + characters)
        {
            vocabulary[c.ToString()] = vocabulary.Count;
        }

        var pairs = new JsonArray();
        foreach ((string left, string right) in merges)
        {
            vocabulary[left + right] ??= vocabulary.Count;
            pairs.Add((JsonNode)$"{left} {right}");
        }

        return new JsonObject
        {
            ["added_tokens"] = new JsonArray(Added(0, "<unk>"), Added(1, "<s>"), Added(2, "</s>")),
            ["normalizer"] = Json(
                """
                {"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},
                 {"type":"Replace","pattern":{"String":" "},"content":"▁"}]}
                """),
            ["pre_tokenizer"] = null,
            ["post_processor"] = Template("<s>", 1),
            ["decoder"] = Json(
                """
                {"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},
                 {"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}
                """),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["unk_token"] = "<unk>",
                ["fuse_unk"] = true,
                ["byte_fallback"] = byteFallback,
                ["vocab"] = vocabulary,
                ["merges"] = pairs,
            },
        };
    }

    public static JsonObject Added(
        int id, string content, bool special = true, bool normalized = false, bool singleWord = false, bool left = false, bool right = false) =>
        new()
        {
            ["id"] = id,
            ["content"] = content,
            ["special"] = special,
            ["normalized"] = normalized,
            ["single_word"] = singleWord,
            ["lstrip"] = left,
            ["rstrip"] = right,
        };

    public static Tokenizer Load(this JsonObject file) => TemporaryTokenizer.Load(file.ToJsonString());

    public static JsonNode Json(string text) => JsonNode.Parse(text, documentOptions: new JsonDocumentOptions())!;

    private static JsonObject Template(string bos, int id) => new()
    {
        ["type"] = "TemplateProcessing",
        ["single"] = new JsonArray(
            new JsonObject { ["SpecialToken"] = new JsonObject { ["id"] = bos, ["type_id"] = 0 } },
            Json("""{"Sequence":{"id":"A","type_id":0}}""")),
        ["special_tokens"] = new JsonObject
        {
            [bos] = new JsonObject { ["id"] = bos, ["ids"] = new JsonArray(id), ["tokens"] = new JsonArray(bos) },
        },
    };
}
