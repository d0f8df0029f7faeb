using System.Runtime.InteropServices;

namespace Godwit.Training.Experts.Vocabulary;

/// <summary>
/// Learns byte-pair merges (Sennrich et al. 2016, §3.2): again and again the pair of neighbouring tokens that occurs most often becomes a
/// token. Words are counted once, and after a merge only the words that hold the pair are looked at again.
/// </summary>
internal sealed class BpeTrainer
{
    private readonly List<(int[] Tokens, long Count)> _words = [];
    private readonly Dictionary<(int Left, int Right), long> _pairs = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> _where = [];
    private readonly PriorityQueue<(int Left, int Right), (long Count, int Left, int Right)> _queue = new(new MostFrequentFirst());

    private BpeTrainer(IReadOnlyDictionary<string, long> words, Func<char, int> firstTokens)
    {
        foreach ((string word, long count) in words.OrderBy(word => word.Key, StringComparer.Ordinal))
        {
            _words.Add(([.. word.Select(firstTokens)], count));
            CountPairs(_words.Count - 1, 1);
        }
    }

    /// <summary>Learns merges.</summary>
    /// <param name="words">How often each word occurs, written in the alphabet.</param>
    /// <param name="firstTokens">The token of a character of the alphabet.</param>
    /// <param name="firstNew">The token that the first merge makes; the others follow.</param>
    /// <param name="merges">Most merges; fewer when nothing occurs twice any more.</param>
    /// <param name="progress">Hears how many there are.</param>
    public static IReadOnlyList<(int Left, int Right)> Learn(
        IReadOnlyDictionary<string, long> words, Func<char, int> firstTokens, int firstNew, int merges, Action<int>? progress = null)
    {
        BpeTrainer trainer = new(words, firstTokens);
        List<(int Left, int Right)> learned = [];
        while (learned.Count < merges && trainer.Best() is { } pair)
        {
            trainer.Merge(pair, firstNew + learned.Count);
            learned.Add(pair);
            progress?.Invoke(learned.Count);
        }

        return learned;
    }

    private (int Left, int Right)? Best()
    {
        while (_queue.TryDequeue(out (int Left, int Right) pair, out (long Count, int, int) at))
        {
            // An entry whose count has changed since is stale: the pair is in the queue again.
            if (at.Count > 1 && _pairs.GetValueOrDefault(pair) == at.Count)
            {
                return pair;
            }
        }

        return null;
    }

    private void Merge((int Left, int Right) pair, int token)
    {
        foreach (int word in _where[pair].Order().ToArray())
        {
            CountPairs(word, -1);
            (int[] tokens, long count) = _words[word];
            List<int> merged = new(tokens.Length);
            for (int i = 0; i < tokens.Length; i++)
            {
                bool isPair = i + 1 < tokens.Length && tokens[i] == pair.Left && tokens[i + 1] == pair.Right;
                merged.Add(isPair ? token : tokens[i]);
                i += isPair ? 1 : 0;
            }

            _words[word] = ([.. merged], count);
            CountPairs(word, 1);
        }

        _pairs.Remove(pair);
        _where.Remove(pair);
    }

    private void CountPairs(int word, int sign)
    {
        (int[] tokens, long count) = _words[word];
        for (int i = 0; i + 1 < tokens.Length; i++)
        {
            (int, int) pair = (tokens[i], tokens[i + 1]);
            ref long total = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, pair, out bool known);
            total += sign * count;
            if (!known)
            {
                _where[pair] = [];
            }

            if (sign > 0)
            {
                _where[pair].Add(word);
            }

            _queue.Enqueue(pair, (total, pair.Item1, pair.Item2));
        }
    }

    // Ties go to the older tokens, so that the same words always give the same merges.
    private sealed class MostFrequentFirst : IComparer<(long Count, int Left, int Right)>
    {
        public int Compare((long Count, int Left, int Right) x, (long Count, int Left, int Right) y) =>
            x.Count != y.Count ? y.Count.CompareTo(x.Count) : (x.Left, x.Right).CompareTo((y.Left, y.Right));
    }
}
