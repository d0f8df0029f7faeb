using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates;

/// <summary>What chat needs of a model's <c>tokenizer_config.json</c>.</summary>
/// <param name="ChatTemplates">The templates by name: <c>default</c>, and perhaps <c>tool_use</c> and others.</param>
/// <param name="SpecialTokens">Special tokens by their variable; those the file lacks or gives as null are missing.</param>
internal sealed record TokenizerConfig(
    IReadOnlyDictionary<string, string> ChatTemplates, IReadOnlyDictionary<string, Value> SpecialTokens)
{
    /// <summary>Reads the file of a model's folder; without one everything is missing.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read: one line says why.</exception>
    public static TokenizerConfig Load(string directory)
    {
        string path = Path.Combine(directory, "tokenizer_config.json");
        return TemplateFiles.ReadObject(path, root => new TokenizerConfig(
                TemplateFiles.Templates(root), SpecialTokenVariables.Read(root)))
            ?? new TokenizerConfig(new Dictionary<string, string>(), new Dictionary<string, Value>());
    }
}
