using Godwit.Worker.StructuredOutput;
using Godwit.Worker.StructuredOutput.Masks;
using Godwit.Worker.Tests.Tokenization;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Tests.StructuredOutput;

/// <summary>Vocabularies to constrain: every byte a token, the bundled models', and real ones where they are.</summary>
internal static class Vocabularies
{
    /// <summary>Id of the end token of <see cref="Bytes"/>.</summary>
    public const int ByteEnd = 256;

    /// <summary>The 256 bytes and an end token.</summary>
    public static TokenTrie Bytes { get; } = TokenTrie.Build(257, id => id < 256 ? [(byte)id] : [], [ByteEnd]);

    /// <summary>A bundled model's.</summary>
    public static TokenTrie Bundled(string model) => Of(Tokenizer.Load(BundledModel.Folder(model)), "</s>");

    /// <summary>A real one; null where its files are not.</summary>
    public static TokenTrie? Shared(string name, string endToken)
    {
        using TemporaryTokenizer? files = SharedTokenizers.Unpack(name);
        return files is null ? null : Of(Tokenizer.Load(files.Folder), endToken);
    }

    /// <summary>Compiles for a vocabulary with caches of its own.</summary>
    public static CompiledConstraint Compile(this TokenTrie trie, Constraint constraint) => new ConstraintCompiler(trie).Compile(constraint);

    private static TokenTrie Of(Tokenizer tokenizer, string endToken) => TokenTrie.Build(
        tokenizer.VocabularySize,
        id => tokenizer.IsSpecial(id) ? [] : tokenizer.Decoder.BytesOf(id).ToArray(),
        tokenizer.TokenToId(endToken) is { } end ? [end] : []);
}
