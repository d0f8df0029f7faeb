using System.Text.Json;
using Godwit.Worker.Tokenization.AddedTokens;
using Godwit.Worker.Tokenization.Bpe;
using Godwit.Worker.Tokenization.Decoding;
using Godwit.Worker.Tokenization.Normalization;
using Godwit.Worker.Tokenization.PreTokenization;

namespace Godwit.Worker.Tokenization;

/// <summary>Reads a <c>tokenizer.json</c>; whatever is wrong with it becomes one line that names the file.</summary>
internal static class TokenizerReader
{
    public static Tokenizer Read(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            using JsonDocument document = JsonDocument.Parse(stream);
            return new Tokenizer(ReadParts(document.RootElement));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidDataException($"{path}: the file is missing", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path}: cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second: a name, which no reader checks, with half a surrogate pair in it.
            throw new InvalidDataException($"{path}: malformed JSON: {e.Message}", e);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    private static TokenizerParts ReadParts(JsonElement root)
    {
        AddedToken[] added = ReadAddedTokens(root.Optional("added_tokens"));
        JsonElement model = root.Required("model", JsonValueKind.Object);
        BpeModelReader.CheckType(model);
        Dictionary<string, int> vocabulary = BpeModelReader.ReadVocabulary(model);
        string?[] tokens = TokensById(vocabulary, added);
        HashSet<int> control = [.. added.Where(token => ControlTokens.Has(token, vocabulary)).Select(token => token.Id)];
        return new TokenizerParts(
            added,
            NormalizerReader.Read(root.Optional("normalizer")),
            PreTokenizerReader.Read(root.Optional("pre_tokenizer")),
            BpeModelReader.Read(model, vocabulary, control),
            SpecialTokenTemplate.Read(root.Optional("post_processor")),
            DecoderReader.Read(root.Optional("decoder")),
            tokens,
            control);
    }

    private static string?[] TokensById(Dictionary<string, int> vocabulary, AddedToken[] added)
    {
        int highest = Math.Max(vocabulary.Values.Max(), added.Select(t => t.Id).DefaultIfEmpty().Max());
        var tokens = new string?[highest + 1];
        foreach ((string token, int id) in vocabulary)
        {
            tokens[id] = token;
        }

        foreach (AddedToken token in added)
        {
            // Readers of such files differ in which of the two they believe.
            if (tokens[token.Id] is { } other && other != token.Content)
            {
                throw new InvalidDataException($"'added_tokens' gives '{token.Content}' the id {token.Id}, which is that of '{other}'");
            }

            if (vocabulary.TryGetValue(token.Content, out int id) && id != token.Id)
            {
                throw new InvalidDataException($"'added_tokens' gives '{token.Content}' the id {token.Id}, and 'vocab' {id}");
            }

            tokens[token.Id] = token.Content;
        }

        return tokens;
    }

    private static AddedToken[] ReadAddedTokens(JsonElement? section)
    {
        if (section is not { } list)
        {
            return [];
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidDataException("'added_tokens' must be a list");
        }

        return [.. list.EnumerateArray().Select(ReadAddedToken)];
    }

    private static AddedToken ReadAddedToken(JsonElement token)
    {
        bool special = token.Flag("special", fallback: false);
        return new AddedToken(
            token.Required("id", JsonValueKind.Number).AsTokenId("added_tokens"),
            token.RequiredString("content"),
            special,
            token.Flag("normalized", fallback: !special),
            token.Flag("single_word", fallback: false),
            token.Flag("lstrip", fallback: false),
            token.Flag("rstrip", fallback: false));
    }
}
