using Godwit.Training.Experts.Corpora;
using Godwit.Training.Experts.Vocabulary;
using Godwit.Worker.Tokenization;

namespace Godwit.Training.Experts.Fit;

/// <summary>
/// Documents as windows of tokens to train on. Every window begins with the boundary token, wherever in a document it begins: so a model
/// learns to go on from any stretch of text, which is what a prompt is. In each pass a document is drawn as it is, normalised, or as a
/// chat; the order and the draws depend on nothing but the seed and the pass.
/// </summary>
internal sealed class TokenWindows
{
    private const double NormalisedShare = 0.25;
    private const double ChatShare = 0.25;

    private readonly Variants[] _documents;
    private readonly int _length;
    private readonly int _seed;

    /// <param name="documents">What to train on.</param>
    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="length">Tokens that a window predicts; it holds one more.</param>
    /// <param name="seed">Seed of the order and the draws.</param>
    public TokenWindows(IEnumerable<CorpusDocument> documents, Tokenizer tokenizer, int length, int seed)
    {
        _documents = [.. documents.AsParallel().AsOrdered().Select(document => Encode(document, tokenizer))];
        (_length, _seed) = (length, seed);
    }

    /// <summary>Tokens of one pass over the documents as they are.</summary>
    public long Tokens => _documents.Sum(document => (long)document.Plain.Length);

    /// <summary>The windows, pass after pass, without an end.</summary>
    public IEnumerable<long[]> Read()
    {
        if (Tokens == 0)
        {
            yield break;
        }

        List<int> waiting = [];
        for (int pass = 0; ; pass++)
        {
            Random random = new(HashCode(pass));
            int[] order = [.. Enumerable.Range(0, _documents.Length)];
            random.Shuffle(order);
            foreach (int document in order)
            {
                waiting.Add(ExpertTokenizer.Boundary);
                waiting.AddRange(_documents[document].Draw(random));
                int used = 0;
                for (; waiting.Count - used >= _length; used += _length)
                {
                    yield return [ExpertTokenizer.Boundary, .. waiting.GetRange(used, _length).Select(token => (long)token)];
                }

                waiting.RemoveRange(0, used);
            }
        }
    }

    // System.HashCode differs from run to run.
    private int HashCode(int pass) => unchecked((_seed * 31) + pass + 17);

    private static Variants Encode(CorpusDocument document, Tokenizer tokenizer)
    {
        int at = document.AnswerAt;
        string? chat = at == 0 ? null : ExpertTokenizer.Chat(document.Text[..at].Trim(), document.Text[at..].Trim());
        return new Variants(
            Ids(document.Text), Ids(TextNormalization.Normalize(document.Text)), chat is null ? null : Ids(chat));

        int[] Ids(string text) => [.. tokenizer.Encode(text, addSpecialTokens: false)];
    }

    private sealed record Variants(int[] Plain, int[] Normalised, int[]? Chat)
    {
        public int[] Draw(Random random) => random.NextDouble() switch
        {
            < NormalisedShare => Normalised,
            < NormalisedShare + ChatShare when Chat is not null => Chat,
            _ => Plain,
        };
    }
}
