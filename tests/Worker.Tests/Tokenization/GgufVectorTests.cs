using System.Globalization;
using System.Text.Json.Nodes;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Tests.Tokenization;

/// <summary>
/// The test vectors that llama.cpp keeps for its vocabularies (made with the original tokenizers of each model), where the files are:
/// against a <c>tokenizer.json</c> made from the GGUF vocabulary, or the real one of the same vocabulary.
/// </summary>
public sealed class GgufVectorTests
{
    private const string Gpt2PreTokenizer = """{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}""";

    private const string StarCoderPreTokenizer =
        """
        {"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},
         {"type":"ByteLevel","add_prefix_space":false,"use_regex":true}]}
        """;

    private const string DeepSeekCoderPreTokenizer =
        """
        {"type":"Sequence","pretokenizers":[
         {"type":"Split","pattern":{"Regex":"[\r\n]"},"behavior":"Isolated","invert":false},
         {"type":"Split","pattern":{"Regex":"\\s?\\p{L}+"},"behavior":"Isolated","invert":false},
         {"type":"Split","pattern":{"Regex":"\\s?\\p{P}+"},"behavior":"Isolated","invert":false},
         {"type":"Split","pattern":{"Regex":"[一-龥ࠀ-一가-퟿]+"},"behavior":"Isolated","invert":false},
         {"type":"Digits","individual_digits":true},
         {"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]}
        """;

    [Theory]
    [InlineData("gpt-2", Gpt2PreTokenizer)]
    [InlineData("starcoder", StarCoderPreTokenizer)]
    [InlineData("deepseek-coder", DeepSeekCoderPreTokenizer)]
    public void Byte_level_vocabularies_agree(string name, string preTokenizer)
    {
        if (SharedTokenizers.GgufFile(name, ".gguf") is not { } path)
        {
            return;
        }

        var vocabulary = new GgufVocabulary(path);
        Agrees(name, new JsonObject
        {
            ["added_tokens"] = vocabulary.AddedTokens(),
            ["pre_tokenizer"] = TokenizerFiles.Json(preTokenizer),
            ["decoder"] = TokenizerFiles.Json("""{"type":"ByteLevel"}"""),
            ["model"] = vocabulary.ByteLevelModel(),
        }.Load());
    }

    [Fact]
    public void A_SentencePiece_vocabulary_agrees()
    {
        if (SharedTokenizers.GgufFile("llama-spm", ".gguf") is not { } path)
        {
            return;
        }

        var vocabulary = new GgufVocabulary(path);
        JsonObject file = TokenizerFiles.SentencePiece(byteFallback: true, "");
        file["added_tokens"] = vocabulary.AddedTokens();
        file["model"] = vocabulary.SentencePieceModel();
        Agrees("llama-spm", file.Load());
    }

    [Theory]
    [InlineData("llama3", "llama-bpe")]
    [InlineData("qwen3", "qwen2")]
    [InlineData("qwen3", "deepseek-r1-qwen")]
    public void Packed_files_of_the_same_vocabulary_agree(string tokenizer, string name)
    {
        using TemporaryTokenizer? files = SharedTokenizers.Unpack(tokenizer);
        if (files is not null)
        {
            Agrees(name, Tokenizer.Load(files.Folder));
        }
    }

    [Fact]
    public void An_unpacked_file_of_the_same_vocabulary_agrees()
    {
        if (SharedTokenizers.Folder("phi-3-mini") is { } folder)
        {
            Agrees("phi-3", Tokenizer.Load(folder));
        }
    }

    private static void Agrees(string name, Tokenizer tokenizer)
    {
        if (SharedTokenizers.GgufFile(name, ".gguf.inp") is not { } input || SharedTokenizers.GgufFile(name, ".gguf.out") is not { } output)
        {
            return;
        }

        string[] texts = File.ReadAllText(input).Split("\n__ggml_vocab_test__\n")[..^1];
        string[] expected = File.ReadAllText(output).Split('\n')[..^1];
        Assert.Equal(expected.Length, texts.Length);
        Assert.True(texts.Length > 40);
        Assert.All(texts.Zip(expected), vector => Assert.Equal(
            vector.Second.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture)),
            tokenizer.Encode(vector.First, addSpecialTokens: false)));
    }
}
