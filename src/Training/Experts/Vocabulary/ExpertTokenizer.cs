using System.Text.Json;
using System.Text.Json.Nodes;
using Godwit.Worker.Tokenization;
using Godwit.Worker.Tokenization.PreTokenization;

namespace Godwit.Training.Experts.Vocabulary;

/// <summary>
/// The vocabulary that all experts share: bytes, merges learned from their corpora, and the marks of a chat. Written as Hugging Face's
/// <c>tokenizer.json</c>, and split by the very code that serves it.
/// </summary>
internal static class ExpertTokenizer
{
    /// <summary>Begins and ends a text.</summary>
    public const int Boundary = 0;

    /// <summary>Ends a turn of a chat.</summary>
    public const int TurnEnd = 4;

    private const string BoundaryText = "<|endoftext|>";

    private const string ChatTemplate =
        "{{ bos_token }}{% for message in messages %}{{ '<|' + message['role'] + '|>' }}{{ message['content'] }}<|end|>{% endfor %}"
        + "{% if add_generation_prompt %}<|assistant|>{% endif %}";

    // Llama 3's pattern, but digits stand alone: there are too few tokens to know numbers by heart.
    private const string Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly string[] s_special = [BoundaryText, "<|system|>", "<|user|>", "<|assistant|>", "<|end|>"];

    /// <summary>Learns a vocabulary.</summary>
    /// <param name="texts">What from.</param>
    /// <param name="size">Tokens in all.</param>
    /// <param name="progress">Hears how many tokens there are.</param>
    /// <returns>What <c>tokenizer.json</c> shall hold.</returns>
    public static JsonObject Learn(IEnumerable<string> texts, int size, Action<int>? progress = null)
    {
        Dictionary<char, int> alphabet = Enumerable.Range(0, 256)
            .Select(value => ByteLevelAlphabet.ToChar((byte)value)).Order()
            .Index().ToDictionary(at => at.Item, at => s_special.Length + at.Index);
        int firstNew = s_special.Length + alphabet.Count;
        IReadOnlyList<(int Left, int Right)> merges = BpeTrainer.Learn(
            CountWords(texts), character => alphabet[character], firstNew, size - firstNew, merged => progress?.Invoke(firstNew + merged));

        List<string> tokens = [.. s_special, .. alphabet.OrderBy(at => at.Value).Select(at => at.Key.ToString())];
        JsonArray written = [];
        foreach ((int left, int right) in merges)
        {
            written.Add(new JsonArray(tokens[left], tokens[right]));
            tokens.Add(tokens[left] + tokens[right]);
        }

        JsonObject vocabulary = [];
        foreach ((int id, string token) in tokens.Index())
        {
            vocabulary[token] = id;
        }

        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. s_special.Select(Added)]),
            ["normalizer"] = null,
            ["pre_tokenizer"] = PreTokenizer(),
            ["post_processor"] = PostProcessor(),
            ["decoder"] = new JsonObject
            {
                ["type"] = "ByteLevel",
                ["add_prefix_space"] = true,
                ["trim_offsets"] = true,
                ["use_regex"] = true,
            },
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = null,
                ["continuing_subword_prefix"] = null,
                ["end_of_word_suffix"] = null,
                ["fuse_unk"] = false,
                ["byte_fallback"] = false,
                ["ignore_merges"] = false,
                ["vocab"] = vocabulary,
                ["merges"] = written,
            },
        };
    }

    /// <summary>What <c>tokenizer_config.json</c> shall hold.</summary>
    public static JsonObject Config(int context) => new()
    {
        ["add_bos_token"] = true,
        ["add_eos_token"] = false,
        ["bos_token"] = BoundaryText,
        ["chat_template"] = ChatTemplate,
        ["clean_up_tokenization_spaces"] = false,
        ["eos_token"] = s_special[TurnEnd],
        ["model_max_length"] = context,
        ["tokenizer_class"] = "PreTrainedTokenizerFast",
    };

    /// <summary>A question and its answer as the template renders them.</summary>
    public static string Chat(string question, string answer) => $"<|user|>{question}<|end|><|assistant|>{answer}<|end|>";

    private static Dictionary<string, long> CountWords(IEnumerable<string> texts)
    {
        using JsonDocument section = JsonDocument.Parse(PreTokenizer().ToJsonString());
        PreTokenizer[] steps = PreTokenizerReader.Read(section.RootElement);
        Dictionary<string, long> words = new(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            List<TextPiece> pieces = [new TextPiece(text.AsMemory(), true)];
            foreach (PreTokenizer step in steps)
            {
                List<TextPiece> next = new(pieces.Count);
                pieces.ForEach(piece => step.Apply(piece, next));
                pieces = next;
            }

            foreach (TextPiece piece in pieces)
            {
                string word = piece.Text.ToString();
                words[word] = words.GetValueOrDefault(word) + 1;
            }
        }

        return words;
    }

    private static JsonObject PreTokenizer() => new()
    {
        ["type"] = "Sequence",
        ["pretokenizers"] = new JsonArray(
            new JsonObject
            {
                ["type"] = "Split",
                ["pattern"] = new JsonObject { ["Regex"] = Pattern },
                ["behavior"] = "Isolated",
                ["invert"] = false,
            },
            new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = false }),
    };

    private static JsonObject PostProcessor() => new()
    {
        ["type"] = "TemplateProcessing",
        ["single"] = new JsonArray(BoundaryPart(0), TextPart("A", 0)),
        ["pair"] = new JsonArray(BoundaryPart(0), TextPart("A", 0), BoundaryPart(1), TextPart("B", 1)),
        ["special_tokens"] = new JsonObject
        {
            [BoundaryText] = new JsonObject
            {
                ["id"] = BoundaryText,
                ["ids"] = new JsonArray(Boundary),
                ["tokens"] = new JsonArray(BoundaryText),
            },
        },
    };

    private static JsonObject Added(string token, int id) => new()
    {
        ["id"] = id,
        ["content"] = token,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = true,
    };

    private static JsonObject BoundaryPart(int type) =>
        new() { ["SpecialToken"] = new JsonObject { ["id"] = BoundaryText, ["type_id"] = type } };

    private static JsonObject TextPart(string id, int type) => new() { ["Sequence"] = new JsonObject { ["id"] = id, ["type_id"] = type } };
}
