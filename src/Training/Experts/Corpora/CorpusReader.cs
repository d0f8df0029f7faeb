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

    private static readonly CorpusSource[] s_corpora =
    [
        new("children-stories", "stories", "TinyStories (Eldan and Li)", "CDLA-Sharing-1.0") { Read = StoryFiles.TinyStories },
        new("math-gsm8k", "math", "GSM8K (Cobbe et al.)", "MIT") { Read = QuestionFiles.Gsm8k },
        new("code-instruct", "code", "GPTeacher code instructions (Teknium), made with GPT-4", "MIT") { Read = QuestionFiles.CodeInstructions },
        new("sql", "sql", "WikiSQL (Zhong et al.) and Advising (Finegan-Dollak et al.)", "BSD-3-Clause and CC-BY-4.0") { Read = SqlFiles.Read },
        new("clinical-mts-dialog", "clinical", "MTS-Dialog (Ben Abacha et al.)", "CC-BY-4.0") { Read = ClinicalFiles.Dialogues },
        new("biomedical-pubmedqa", "clinical", "PubMedQA (Jin et al.)", "MIT") { Read = ClinicalFiles.PubMedQa },
        new("legal-legalbench", "legal", "LegalBench (Guha et al.), its tasks under these licences", "CC-BY-4.0 and MIT") { Read = LegalFiles.LegalBench },
        new("patents-uspto", "legal", "Patents (USPTO)", "public domain") { Read = LegalFiles.Patents },
        new("encyclopaedic-wikitext2", "wiki", "WikiText-2 (Merity et al.) and Wikipedia", "CC-BY-SA-3.0") { Read = ArticleFiles.WikiText },
        new("shakespeare", "drama", "Shakespeare's plays", "public domain") { Read = StoryFiles.Shakespeare },
        new("chat-instruct", "drama", "GPTeacher roleplay (Teknium), made with GPT-4", "MIT") { Read = QuestionFiles.Roleplay },
        new("chat-instruct", General, "GPTeacher tool use (Teknium) and Glaive tool calls", "MIT and Apache-2.0") { Read = QuestionFiles.Assistants },
        new("news-wikinews", General, "Wikinews", "CC-BY-2.5") { Read = ArticleFiles.News },
        new("web-c4", General, "C4 (AllenAI)", "ODC-BY") { Read = ArticleFiles.Web },
        new("recipes", Unseen, "based.cooking", "Unlicense") { Read = ArticleFiles.Recipes },
    ];

    // Known test sets of others: what was trained on them would look better there than it is.
    private static readonly HashSet<string> s_testSources = ["HumanEval"];

    /// <summary>The domains that have an expert.</summary>
    public static IReadOnlyList<string> Domains { get; } =
        [.. s_corpora.Select(corpus => corpus.Domain).Where(domain => domain is not (General or Unseen)).Distinct()];

    /// <summary>What an expert is trained on: the sources of its domain, and those of all for <see cref="General"/>.</summary>
    public static IReadOnlyList<CorpusSource> SourcesOf(string expert) =>
        [.. s_corpora.Where(corpus => corpus.Domain == expert || (expert == General && corpus.Domain != Unseen))];

    /// <summary>All documents, in an order that depends on nothing but the files.</summary>
    /// <param name="folder">Folder with one folder per corpus.</param>
    /// <exception cref="InvalidDataException">A file is not what it should be.</exception>
    /// <exception cref="IOException">A file is missing.</exception>
    public static IReadOnlyList<CorpusDocument> Read(string folder)
    {
        List<CorpusDocument> documents = [];
        foreach (CorpusSource corpus in s_corpora)
        {
            documents.AddRange(Split(corpus.Folder, corpus.Domain, corpus.Read(Path.Combine(folder, corpus.Folder))));
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
