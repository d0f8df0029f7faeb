using Godwit.Training.Experts.Corpora;

namespace Godwit.Training.Selection.Prompts;

/// <summary>
/// Gives spans of a domain's documents: a span of each document before a second one of any, of all corpora alike, and, when they are used
/// up, the same documents cut otherwise.
/// </summary>
internal sealed class SpanSource
{
    private const int MostPasses = 4;

    private readonly CorpusDocument[] _documents;

    /// <param name="documents">Documents of one domain.</param>
    /// <param name="random">Shuffles them.</param>
    public SpanSource(IEnumerable<CorpusDocument> documents, Random random) => _documents =
    [
        .. documents.GroupBy(document => document.Corpus)
            .SelectMany(corpus => Shuffled(corpus, random).Index())
            .OrderBy(at => at.Index)
            .Select(at => at.Item),
    ];

    /// <summary>Documents in the order in which spans of them come first.</summary>
    public IReadOnlyList<CorpusDocument> Documents => _documents;

    /// <summary>Spans, each with the id of its prompt; ends when there is nothing more that is new.</summary>
    public IEnumerable<(string Id, string Text)> Draw(SpanCutter cutter, Random random)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int pass = 0; pass < MostPasses; pass++)
        {
            string[][] spans = [.. _documents.Select(document => Shuffled(Cut(document, cutter, random), random))];
            for (int round = 0; spans.Any(own => own.Length > round); round++)
            {
                for (int i = 0; i < spans.Length; i++)
                {
                    if (spans[i].Length > round && seen.Add(spans[i][round]))
                        yield return ($"{_documents[i].Corpus}/{_documents[i].Id}#{pass}.{round}", spans[i][round]);
                }
            }
        }
    }

    // People ask questions and leave the answer to the model: a question is a span of its own.
    private static IEnumerable<string> Cut(CorpusDocument document, SpanCutter cutter, Random random) => document.AnswerAt > 0
        ? cutter.Cut(document.Text[..document.AnswerAt], random).Concat(cutter.Cut(document.Text[document.AnswerAt..], random))
        : cutter.Cut(document.Text, random);

    private static T[] Shuffled<T>(IEnumerable<T> items, Random random)
    {
        T[] shuffled = [.. items];
        random.Shuffle(shuffled);
        return shuffled;
    }
}
