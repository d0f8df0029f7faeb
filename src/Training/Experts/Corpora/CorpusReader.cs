using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Godwit.Training.Experts.Corpora;

/// <summary>
/// Reads the corpora, and says of each document whether it is for training the experts, for training the router or for testing: shuffled,
/// by source, eight to one to one.
/// </summary>
internal static class CorpusReader
{
    /// <summary>The expert that knows something of everything, and the domain of texts that are no other expert's.</summary>
    public const string General = "general";

    /// <summary>The domain that nothing is trained on.</summary>
    public const string Unseen = "recipes";

    private const double TrainShare = 0.8;
    private const double ValidationShare = 0.1;

    // Shorter ones are headings and other debris.
    private const int ShortestText = 40;

    private static readonly (string Folder, string Domain, Func<string, IEnumerable<RawDocument>> Read)[] s_corpora =
    [
        ("children-stories", "stories", StoryFiles.TinyStories),
        ("math-gsm8k", "math", QuestionFiles.Gsm8k),
        ("code-instruct", "code", QuestionFiles.CodeInstructions),
        ("sql", "sql", SqlFiles.Read),
        ("clinical-mts-dialog", "clinical", ClinicalFiles.Dialogues),
        ("biomedical-pubmedqa", "clinical", ClinicalFiles.PubMedQa),
        ("legal-legalbench", "legal", LegalFiles.LegalBench),
        ("patents-uspto", "legal", LegalFiles.Patents),
        ("encyclopaedic-wikitext2", "wiki", ArticleFiles.WikiText),
        ("shakespeare", "drama", StoryFiles.Shakespeare),
        ("chat-instruct", "drama", QuestionFiles.Roleplay),
        ("chat-instruct", General, QuestionFiles.Assistants),
        ("news-wikinews", General, ArticleFiles.News),
        ("web-c4", General, ArticleFiles.Web),
        ("recipes", Unseen, ArticleFiles.Recipes),
    ];

    // Known test sets of others: what was trained on them would look better there than it is.
    private static readonly HashSet<string> s_testSources = ["HumanEval"];

    /// <summary>The domains that have an expert.</summary>
    public static IReadOnlyList<string> Domains { get; } =
        [.. s_corpora.Select(corpus => corpus.Domain).Where(domain => domain is not (General or Unseen)).Distinct()];

    /// <summary>All documents, in an order that depends on nothing but the files.</summary>
    /// <param name="folder">Folder with one folder per corpus.</param>
    /// <exception cref="InvalidDataException">A file is not what it should be.</exception>
    /// <exception cref="IOException">A file is missing.</exception>
    public static IReadOnlyList<CorpusDocument> Read(string folder)
    {
        List<CorpusDocument> documents = [];
        foreach ((string corpus, string domain, Func<string, IEnumerable<RawDocument>> read) in s_corpora)
        {
            documents.AddRange(Split(corpus, domain, read(Path.Combine(folder, corpus))));
        }

        return documents;
    }

    private static IEnumerable<CorpusDocument> Split(string corpus, string domain, IEnumerable<RawDocument> raw)
    {
        RawDocument[] documents = [.. raw.Where(document => document.Text.Length >= ShortestText).DistinctBy(document => document.Text)];
        string[] sources =
        [
            .. documents.Select(document => document.Source).Where(source => !s_testSources.Contains(source))
                .Distinct().OrderBy(source => Shuffle($"{corpus}/{source}")),
        ];
        int validationFrom = (int)(TrainShare * sources.Length);
        int testFrom = Math.Max(validationFrom + 1, (int)((TrainShare + ValidationShare) * sources.Length));
        Dictionary<string, CorpusSplit> splits = sources.Index().ToDictionary(
            at => at.Item,
            at => domain == Unseen || at.Index >= testFrom ? CorpusSplit.Test
                : at.Index >= validationFrom ? CorpusSplit.Validation
                : CorpusSplit.Train);
        return documents.Index().Select(at => new CorpusDocument(
            corpus,
            domain,
            $"{domain}-{at.Index.ToString(CultureInfo.InvariantCulture)}",
            splits.GetValueOrDefault(at.Item.Source, CorpusSplit.Test),
            at.Item.Text,
            at.Item.AnswerAt));
    }

    // The same order everywhere and always, and no reason for any source to be in any place of it.
    private static ulong Shuffle(string name) => BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
