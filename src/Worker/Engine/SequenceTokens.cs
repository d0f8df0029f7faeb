using Godwit.Worker.KvCache;

namespace Godwit.Worker.Engine;

/// <summary>
/// The tokens of a sequence and the names of its full blocks: those of the prompt, the sampled ones, and behind them, for the time of a
/// step, drafts of what may come next. A known token is never written again, and an array that got too small is left as it is: outputs
/// refer to them.
/// </summary>
internal sealed class SequenceTokens
{
    /// <summary>
    /// Tokens that there is memory for when a sequence begins, beyond those it knows: so far decoding allocates nothing. From there on
    /// memory grows with what is sampled, not with what may be, so that a long context costs nothing before it is used.
    /// </summary>
    private const int Reserved = 4096;

    private readonly string _salt;
    private readonly List<BlockHash> _contents;
    private int[] _tokens;
    private int _drafts;

    // Twice what came true of the last drafts, and one: where guesses fail, they cost little.
    private int _mostDrafts = int.MaxValue;

    /// <param name="prompt">The prompt, at least one token.</param>
    /// <param name="contents">Hashes of the prompt's full blocks.</param>
    /// <param name="salt">Who may share its blocks.</param>
    /// <param name="maxLength">Most tokens that it will have.</param>
    public SequenceTokens(IReadOnlyList<int> prompt, IReadOnlyList<BlockHash> contents, string salt, int maxLength)
    {
        _tokens = [.. prompt];
        _contents = [.. contents];
        _salt = salt;
        MaxLength = maxLength;
        Count = prompt.Count;
    }

    /// <summary>Known tokens: the prompt's and the sampled ones.</summary>
    public int Count { get; private set; }

    /// <summary>Most tokens that there will be.</summary>
    public int MaxLength { get; }

    /// <summary>Tokens that there is memory for.</summary>
    public int Capacity => _tokens.Length;

    /// <summary>Whether the last token is the one that was drafted for its place.</summary>
    public bool IsAsDrafted { get; private set; }

    /// <summary>Names of the prompt's full blocks, and of those that were asked for since.</summary>
    public IReadOnlyList<BlockHash> Contents => _contents;

    /// <summary>Known tokens, to be kept.</summary>
    public ArraySegment<int> Known(int start, int count) => new(_tokens, start, count);

    /// <summary>Tokens to compute: known ones, and the drafts behind them.</summary>
    public ReadOnlyMemory<int> Planned(int start, int count) => _tokens.AsMemory(start, count);

    /// <summary>Makes room for what comes next.</summary>
    public void Reserve()
    {
        int length = Math.Min(MaxLength, Count + Math.Max(Count, Reserved));
        if (length > _tokens.Length)
        {
            Array.Resize(ref _tokens, length);
            _contents.EnsureCapacity(length / KvBlock.Tokens);
        }
    }

    /// <summary>Adds a sampled token, over the draft for its place if there is one.</summary>
    public void Append(int token)
    {
        if (Count == _tokens.Length)
        {
            Reserve();
        }

        IsAsDrafted = _drafts > 0 && _tokens[Count] == token;
        _drafts = IsAsDrafted ? _drafts - 1 : 0;
        _mostDrafts += IsAsDrafted ? 2 : 0;
        _tokens[Count++] = token;
    }

    /// <summary>Drafts what may come next, in the place of all drafts before.</summary>
    /// <param name="most">Most drafts; there are none for the last token, after which nothing is sampled.</param>
    /// <returns>How many there are.</returns>
    public int Draft(int most)
    {
        most = Math.Min(Math.Min(most, _mostDrafts), MaxLength - Count - 1);
        int next = most > 0 ? PromptLookup.Find(_tokens.AsSpan(0, Count)) : -1;
        _drafts = 0;
        if (next < 0)
        {
            return 0;
        }

        _drafts = most;
        _mostDrafts = 1;
        if (Count + _drafts > _tokens.Length)
        {
            Reserve();
        }

        // One by one: what repeats itself is drafted beyond its end.
        for (int i = 0; i < _drafts; i++)
        {
            _tokens[Count + i] = _tokens[next + i];
        }

        return _drafts;
    }

    /// <summary>Name of a block, all of whose tokens are known.</summary>
    public BlockHash ContentOf(int block)
    {
        while (_contents.Count <= block)
        {
            BlockHash parent = _contents.Count == 0 ? BlockHash.Root(_salt) : _contents[^1];
            _contents.Add(parent.Next(_tokens.AsSpan(_contents.Count * KvBlock.Tokens, KvBlock.Tokens)));
        }

        return _contents[block];
    }
}
