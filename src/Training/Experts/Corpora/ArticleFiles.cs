using System.Text;
using System.Text.RegularExpressions;

namespace Godwit.Training.Experts.Corpora;

/// <summary>Articles: of an encyclopaedia, of newspapers, of the web.</summary>
internal static partial class ArticleFiles
{
    private const int PartCharacters = 4000;

    /// <summary>WikiText-2 as it is written (<c>=</c> around headings, spaces around marks), and Wikipedia articles, one a line.</summary>
    public static IEnumerable<RawDocument> WikiText(string folder)
    {
        string[] files = ["valid.txt", "test.txt"];
        IEnumerable<string> articles = files.SelectMany(file => Heading().Split(File.ReadAllText(Path.Combine(folder, file)).ReplaceLineEndings("\n")))
            .Concat(Heading().Split(File.ReadAllText(Path.Combine(folder, "wiki_demo.txt"))).SelectMany(text => text.Split('\n')));
        return articles.Select(article => article.Trim()).SelectMany(article => Parts(article, PartCharacters).Select(
            part => new RawDocument(article[..Math.Min(article.Length, 80)], part, StoryFiles.Opening(part))));
    }

    /// <summary>Wikinews.</summary>
    public static IEnumerable<RawDocument> News(string folder) =>
        JsonFiles.Lines(folder, "wikinews_en.jsonl").Select(item => RawDocument.Of(item.Text("title"), item.Text("title"), item.Text("text")));

    /// <summary>C4.</summary>
    public static IEnumerable<RawDocument> Web(string folder) => JsonFiles.Lines(folder, "c4_demo.jsonl").Select(item => item.Text("text"))
        .Select(text => new RawDocument(text, text, StoryFiles.Opening(text)));

    /// <summary>Recipes.</summary>
    public static IEnumerable<RawDocument> Recipes(string folder) =>
        JsonFiles.Lines(folder, "based_cooking.jsonl").Select(item => RawDocument.Of(item.Text("path"), item.Text("title"), item.Text("text")));

    /// <summary>Cuts a long text between lines, so that no part is much longer than asked for.</summary>
    public static IEnumerable<string> Parts(string text, int characters)
    {
        StringBuilder part = new();
        foreach (string line in text.Split('\n').Where(line => !string.IsNullOrWhiteSpace(line)))
        {
            part.Append(part.Length > 0 ? "\n" : "").Append(line.Trim());
            if (part.Length >= characters)
            {
                yield return part.ToString();
                part.Clear();
            }
        }

        if (part.Length > 0)
        {
            yield return part.ToString();
        }
    }

    [GeneratedRegex(@"(?m)^(?= = [^=\n]+ = *$)")]
    private static partial Regex Heading();
}
