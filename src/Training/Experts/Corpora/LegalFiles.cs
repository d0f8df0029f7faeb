using System.Text.Json;

namespace Godwit.Training.Experts.Corpora;

/// <summary>Clauses, rulings and complaints, and patents.</summary>
internal static class LegalFiles
{
    // A patent is as long as a small book; its parts are texts of their own, all of one source.
    private const int PartCharacters = 4000;

    // Columns that say nothing.
    private static readonly HashSet<string> s_labels = ["index", "answer", "label", "slice", "document_name", "task", "id"];

    /// <summary>LegalBench: the texts of its tasks, without the labels.</summary>
    public static IEnumerable<RawDocument> LegalBench(string folder) => JsonFiles.Lines(folder, "legalbench.jsonl").Select(item =>
    {
        string text = string.Join('\n', item.GetProperty("fields").EnumerateObject()
            .Where(field => !s_labels.Contains(field.Name) && field.Value.ValueKind == JsonValueKind.String)
            .Select(field => field.Value.GetString()!.Trim()));
        return new RawDocument(text, text, StoryFiles.Opening(text));
    });

    /// <summary>Patents, paragraph by paragraph until a part is full.</summary>
    public static IEnumerable<RawDocument> Patents(string folder) => JsonFiles.Lines(folder, "patents.jsonl").SelectMany(item =>
    {
        string id = item.Text("id");
        string whole = string.Join('\n', item.EnumerateObject()
            .Where(field => field.Name is not ("id" or "source") && field.Value.ValueKind == JsonValueKind.String)
            .Select(field => field.Value.GetString()));
        return ArticleFiles.Parts(whole, PartCharacters).Select(part => new RawDocument(id, part, StoryFiles.Opening(part))).ToArray();
    });
}
