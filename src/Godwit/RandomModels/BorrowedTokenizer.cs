using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Godwit.CommandLine.Conversion;
using Godwit.Worker.Tokenization;

namespace Godwit.CommandLine.RandomModels;

/// <summary>
/// The tokenizer of another model, for one with more tokens: those that it lacks are added as words that no text encodes to. A model of
/// noise answers with any of its tokens, and each shall be seen by whoever measures a stream.
/// </summary>
internal sealed class BorrowedTokenizer
{
    private const string TokenizerFile = "tokenizer.json", ConfigFile = "tokenizer_config.json";

    private static readonly string[] OtherFiles = ["chat_template.jinja", "special_tokens_map.json"];

    private readonly string _folder;
    private readonly Tokenizer _tokenizer;
    private readonly JsonObject _config;

    private BorrowedTokenizer(string folder, Tokenizer tokenizer, JsonObject config)
    {
        _folder = folder;
        _tokenizer = tokenizer;
        _config = config;
    }

    /// <summary>Its own tokens.</summary>
    public int Tokens => _tokenizer.VocabularySize;

    /// <summary>Token that begins a text; null when it has none.</summary>
    public int? BeginId => IdOf("bos_token");

    /// <summary>Token that ends a text; null when it has none.</summary>
    public int? EndId => IdOf("eos_token");

    /// <summary>Reads the tokenizer of a model's folder.</summary>
    /// <exception cref="ConversionException">A file is missing or is not what it should be.</exception>
    public static BorrowedTokenizer Load(string folder)
    {
        try
        {
            Tokenizer tokenizer = Tokenizer.Load(folder);
            string config = Path.Combine(folder, ConfigFile);
            return new BorrowedTokenizer(folder, tokenizer, File.Exists(config) ? Read(config) : []);
        }
        catch (InvalidDataException e)
        {
            string[] parts = e.Message.Split(": ", 2);
            throw new ConversionException(parts[0], parts[^1]);
        }
    }

    /// <summary>Writes its files for a model with so many tokens, at least its own.</summary>
    public void Write(string folder, int vocabulary, int context)
    {
        JsonObject json = Read(Path.Combine(_folder, TokenizerFile));
        Complete(json["model"]!["vocab"]!.AsObject(), vocabulary);
        NewFolder.WriteJson(folder, TokenizerFile, json);
        _config["model_max_length"] = context;
        NewFolder.WriteJson(folder, ConfigFile, _config);
        foreach (string name in OtherFiles.Where(name => File.Exists(Path.Combine(_folder, name))))
            File.Copy(Path.Combine(_folder, name), Path.Combine(folder, name));
    }

    private void Complete(JsonObject words, int vocabulary)
    {
        for (int id = Tokens; id < vocabulary; id++)
        {
            // Of several characters, so that only a merge could make it; none does.
            string word = "~" + id.ToString(CultureInfo.InvariantCulture);
            while (words.ContainsKey(word))
                word = "~" + word;
            words.Add(word, id);
        }
    }

    private int? IdOf(string name) => (_config[name] is JsonObject token ? token["content"] : _config[name]) is JsonValue text
        && text.TryGetValue(out string? content)
        ? _tokenizer.TokenToId(content)
        : null;

    private static JsonObject Read(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(path)) as JsonObject ?? throw new ConversionException(path, "is not a JSON object");
        }
        catch (JsonException e)
        {
            throw new ConversionException(path, $"malformed JSON: {e.Message}");
        }
    }
}
