using System.Threading.Channels;
using Godwit.Worker.KvCache;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Engine;

/// <summary>
/// One choice of a request inside the engine: its tokens, how many of them are computed, its KV blocks and its text. Owned by the
/// engine's thread. Known = prompt + sampled tokens; the last known token is always uncomputed while the sequence runs.
/// </summary>
internal sealed class Sequence
{
    private readonly int _maxLength;
    private readonly OutputText _text;
    private readonly SamplingParams _sampling;
    private readonly ChannelWriter<SequenceOutput> _outputs;
    private readonly int _promptLength;
    private readonly string _salt;
    private readonly List<BlockHash> _contents;
    private int[] _tokens;
    private int _shown;

    /// <param name="choice">Index within the request.</param>
    /// <param name="prompt">Prompt, at least one token, shorter than <paramref name="contextLength"/>.</param>
    /// <param name="contents">Hashes of the prompt's full blocks; shared by the choices of a prompt.</param>
    /// <param name="salt">Who may share its blocks.</param>
    /// <param name="sampling">How to draw and when to stop.</param>
    /// <param name="contextLength">Most tokens of the sequence.</param>
    /// <param name="text">Its text.</param>
    /// <param name="outputs">Where its outputs go.</param>
    public Sequence(
        int choice,
        IReadOnlyList<int> prompt,
        IReadOnlyList<BlockHash> contents,
        string salt,
        SamplingParams sampling,
        int contextLength,
        OutputText text,
        ChannelWriter<SequenceOutput> outputs)
    {
        Choice = choice;
        _salt = salt;
        _contents = [.. contents];
        _sampling = sampling;
        _text = text;
        _outputs = outputs;
        _promptLength = prompt.Count;
        int room = contextLength - prompt.Count;
        _maxLength = prompt.Count + Math.Min(sampling.MaxTokens ?? room, room);
        _tokens = [.. prompt];
        Known = prompt.Count;
    }

    /// <summary>Index of the choice within its request.</summary>
    public int Choice { get; }

    /// <summary>Its request; set when the engine takes it.</summary>
    public EngineRequest Request { get; set; } = null!;

    /// <summary>Scheduling priority, lower is sooner.</summary>
    public int Priority => Request.Priority;

    /// <summary>Its place among all sequences; set when the engine takes it.</summary>
    public Urgency Urgency { get; set; }

    /// <summary>Prompt and sampled tokens.</summary>
    public int Known { get; private set; }

    /// <summary>Tokens in the KV cache.</summary>
    public int Computed { get; private set; }

    /// <summary>Its KV blocks; null while it waits.</summary>
    public BlockTable? Table { get; private set; }

    /// <summary>Choices of the same prompt that begin when this one's prompt is computed; null when there are none, or no more.</summary>
    public IReadOnlyList<Sequence>? Siblings { get; set; }

    /// <summary>Set at the first admission: the prompt's tokens that the prefix cache spared.</summary>
    public int? CachedPromptTokens { get; private set; }

    /// <summary>Sampled tokens.</summary>
    public int Generated => Known - _promptLength;

    /// <summary>Whether the next sampled token is the first of its prompt.</summary>
    public bool IsPrefill => Generated == 0;

    /// <summary>How to draw.</summary>
    public SamplingParams Sampling => _sampling;

    /// <summary>Set when it is over.</summary>
    public FinishReason? Finish { get; private set; }

    /// <summary>Names of its blocks that are full and have been computed once, and of the prompt's: what the prefix cache may hold.</summary>
    public IReadOnlyList<BlockHash> Contents => _contents;

    /// <summary>Takes blocks from the prefix cache, and makes the rest of the known tokens writable.</summary>
    /// <returns>The copy that the runner has to make first, if any.</returns>
    public BlockCopy? Admit(BlockPool pool, bool usePrefixCache)
    {
        Table = new BlockTable(pool);
        int cached = usePrefixCache ? Table.Match(_contents) * KvBlock.Tokens : 0;

        // The last token's logits are wanted whatever is cached.
        Computed = Math.Min(cached, Known - 1);
        CachedPromptTokens ??= Math.Min(Computed, _promptLength);
        return Table.MakeWritable(Computed, Known);
    }

    /// <summary>Begins where another choice of the same prompt stands: all its blocks, and the token to sample next.</summary>
    public void Fork(Sequence leader, BlockPool pool)
    {
        Table = new BlockTable(pool);
        Table.Share(leader.Table!);
        Computed = leader.Computed;
        CachedPromptTokens = 0;
    }

    /// <summary>Gives its blocks back; what it knows stays, what it computed must be computed again.</summary>
    public void Release()
    {
        Table?.Release();
        Table = null;
        Computed = 0;
    }

    /// <summary>The next <paramref name="count"/> tokens to compute.</summary>
    public PlannedSequence Plan(int count) =>
        new(_tokens.AsMemory(Computed, count), Computed, Table!.Blocks, Computed + count == Known);

    /// <summary>Notes that <paramref name="count"/> more tokens are in the KV cache, and names the blocks that they filled.</summary>
    public void Advance(int count, bool usePrefixCache)
    {
        int first = Computed / KvBlock.Tokens;
        Computed += count;
        for (int block = first; usePrefixCache && block < Computed / KvBlock.Tokens; block++)
        {
            Table!.Register(block, ContentOf(block));
        }
    }

    /// <summary>Takes a sampled token, decides whether the sequence is over, and emits what can be shown.</summary>
    public void Accept(int token, IReadOnlySet<int> endTokens)
    {
        Append(token);
        bool ends = (!_sampling.IgnoreEos && endTokens.Contains(token)) || _sampling.StopTokenIds.Contains(token);
        string? text = ends ? _text.Finish() : _text.Push(token);
        if (ends || _text.Stopped)
        {
            Finish = FinishReason.Stop;
        }
        else if (Known == _maxLength)
        {
            Finish = FinishReason.Length;
            text += _text.Finish();
        }

        if (text is not null)
        {
            int first = _shown;
            _shown = Generated;
            _outputs.TryWrite(new SequenceOutput(
                Choice, first, _tokens.AsSpan(_promptLength + first, _shown - first).ToArray(), text, Finish));
        }
    }

    private void Append(int token)
    {
        if (Known == _tokens.Length)
        {
            // Grows with what is sampled, not to what may be: a long context costs nothing before it is used.
            Array.Resize(ref _tokens, Math.Min(_maxLength, (Known * 2) + KvBlock.Tokens));
        }

        _tokens[Known++] = token;
    }

    private BlockHash ContentOf(int block)
    {
        while (_contents.Count <= block)
        {
            BlockHash parent = _contents.Count == 0 ? BlockHash.Root(_salt) : _contents[^1];
            _contents.Add(parent.Next(_tokens.AsSpan(_contents.Count * KvBlock.Tokens, KvBlock.Tokens)));
        }

        return _contents[block];
    }
}
