using Microsoft.VisualBasic.FileIO;

namespace Godwit.Training.Experts.Corpora;

/// <summary>Notes of doctors, talks with patients, and abstracts of biomedical papers.</summary>
internal static class ClinicalFiles
{
    /// <summary>MTS-Dialog: the section of a note and the talk that it sums up.</summary>
    public static IEnumerable<RawDocument> Dialogues(string folder) =>
        Directory.EnumerateFiles(folder, "*.csv").Order(StringComparer.Ordinal).SelectMany(Rows).Select(row => RawDocument.Of(row.Note, row.Talk, row.Note));

    /// <summary>PubMedQA: a question, what the paper says, and the answer.</summary>
    public static IEnumerable<RawDocument> PubMedQa(string folder) => JsonFiles.Properties(folder, "ori_pqal.json").Select(item =>
    {
        string contexts = string.Join('\n', item.Value.GetProperty("CONTEXTS").EnumerateArray().Select(context => context.GetString()));
        return RawDocument.Of(item.Name, item.Value.Text("QUESTION"), $"{contexts}\n{item.Value.Text("LONG_ANSWER")}");
    });

    private static IEnumerable<(string Note, string Talk)> Rows(string file)
    {
        using TextFieldParser parser = new(file) { TextFieldType = FieldType.Delimited, TrimWhiteSpace = false };
        parser.SetDelimiters(",");
        string[] names = parser.ReadFields() ?? [];
        int note = Array.IndexOf(names, "section_text"), talk = Array.IndexOf(names, "dialogue");
        while (parser.ReadFields() is { } fields)
        {
            yield return (fields[note].ReplaceLineEndings("\n"), fields[talk].ReplaceLineEndings("\n"));
        }
    }
}
