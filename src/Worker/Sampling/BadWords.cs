namespace Godwit.Worker.Sampling;

/// <summary>
/// Sequences of tokens that may not come about in the output: when all but the last token of one are the output's end, that last token is
/// masked. A function of the output's ids.
/// </summary>
internal sealed class BadWords
{
    private readonly IReadOnlyList<IReadOnlyList<int>> _words;
    private readonly int[] _tail;
    private int _length;

    /// <param name="words">The sequences, at least one id each.</param>
    public BadWords(IReadOnlyList<IReadOnlyList<int>> words)
    {
        _words = words;
        _tail = new int[words.Max(word => word.Count) - 1];
    }

    /// <summary>Takes a token of the output.</summary>
    public void Add(int id)
    {
        if (_tail.Length > 0)
        {
            _tail[_length++ % _tail.Length] = id;
        }
    }

    /// <summary>Masks the tokens that would complete a sequence.</summary>
    public void Mask(Span<float> logits)
    {
        for (int i = 0; i < _words.Count; i++)
        {
            IReadOnlyList<int> word = _words[i];
            if (IsBegun(word))
            {
                logits[word[^1]] = float.NegativeInfinity;
            }
        }
    }

    private bool IsBegun(IReadOnlyList<int> word)
    {
        int prefix = word.Count - 1;
        if (prefix > _length)
        {
            return false;
        }

        for (int i = 0; i < prefix; i++)
        {
            if (_tail[(_length - prefix + i) % _tail.Length] != word[i])
            {
                return false;
            }
        }

        return true;
    }
}
