using System.Threading.Channels;
using Godwit.Worker.KvCache;
using Godwit.Worker.Sampling;
using Godwit.Worker.StructuredOutput;

namespace Godwit.Worker.Engine;

/// <summary>
/// One choice of a request inside the engine: its tokens, how many of them are computed, its KV blocks and its text. Owned by the
/// engine's thread. Known = prompt + sampled tokens; the last known token is always uncomputed while the sequence runs.
/// </summary>
internal sealed partial class Sequence
{
    private readonly SequenceTokens _tokens;
    private readonly OutputText _text;
    private readonly SamplingParams _sampling;
    private readonly SequenceSampler _sampler;
    private readonly ChoiceOutputs _outputs;
    private readonly int _promptLength;
    private PromptScores? _promptScores;

    /// <param name="choice">Index within the request.</param>
    /// <param name="prompt">Prompt, at least one token, with room for one more within the context unless none shall be sampled.</param>
    /// <param name="contents">Hashes of the prompt's full blocks; shared by the choices of a prompt.</param>
    /// <param name="salt">Who may share its blocks.</param>
    /// <param name="sampling">When to stop and what to report.</param>
    /// <param name="contextLength">Most tokens of the sequence.</param>
    /// <param name="sampler">Draws its tokens.</param>
    /// <param name="text">Its text.</param>
    /// <param name="outputs">Where its outputs go.</param>
    public Sequence(
        int choice,
        IReadOnlyList<int> prompt,
        IReadOnlyList<BlockHash> contents,
        string salt,
        SamplingParams sampling,
        int contextLength,
        SequenceSampler sampler,
        OutputText text,
        ChannelWriter<SequenceOutput> outputs)
    {
        Choice = choice;
        _sampling = sampling;
        _sampler = sampler;
        _promptScores = sampling.PromptLogprobs is int top ? new PromptScores(prompt, top) : null;
        _text = text;
        _outputs = new ChoiceOutputs(choice, sampling.Logprobs is not null, outputs);
        _promptLength = prompt.Count;
        int room = contextLength - prompt.Count;
        _tokens = new SequenceTokens(prompt, contents, salt, prompt.Count + Math.Min(sampling.MaxTokens ?? room, room));
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
    public int Known => _tokens.Count;

    /// <summary>Tokens in the KV cache.</summary>
    public int Computed { get; private set; }

    /// <summary>Its KV blocks; null while it waits.</summary>
    public BlockTable? Table { get; private set; }

    /// <summary>Choices of the same prompt that begin when this one's prompt is computed; null when there are none, or no more.</summary>
    public IReadOnlyList<Sequence>? Siblings { get; set; }

    /// <summary>Set at the first admission: the prompt's tokens that the prefix cache spared.</summary>
    public int? CachedPromptTokens { get; private set; }

    /// <summary>Pools its prompt's hidden states, if an embedding is wanted.</summary>
    public HiddenPool? Pool { get; init; }

    /// <summary>When what happened to it.</summary>
    public SequenceTimes Times { get; init; } = new();

    /// <summary>Tokens of its prompt.</summary>
    public int PromptLength => _promptLength;

    /// <summary>Most tokens to sample, as asked for.</summary>
    public int? MaxTokens => _sampling.MaxTokens;

    /// <summary>Sampled tokens.</summary>
    public int Generated => Known - _promptLength;

    /// <summary>Whether the next sampled token is the first of its prompt.</summary>
    public bool IsPrefill => Generated == 0;

    /// <summary>How often it has given its blocks back to others.</summary>
    public int Preemptions { get; set; }

    /// <summary>Where it is in what its text must be; null when that may be anything.</summary>
    public ConstraintState? Constraint { get; init; }

    /// <summary>Set when it is over.</summary>
    public FinishReason? Finish { get; private set; }

    /// <summary>Names of its blocks that are full and have been computed once, and of the prompt's: what the prefix cache may hold.</summary>
    public IReadOnlyList<BlockHash> Contents => _tokens.Contents;

    /// <summary>
    /// Most blocks that the prefix cache may spare it: what is scored is computed, and a prompt that is computed for its own sake is
    /// computed whole.
    /// </summary>
    public int MostCachedBlocks => _sampling.MaxTokens == 0 ? 0 : ScoresPrompt ? NextScored / KvBlock.Tokens : int.MaxValue;

    /// <summary>Takes blocks from the prefix cache, and makes the rest of the known tokens writable.</summary>
    /// <returns>The copy that the runner has to make first, if any.</returns>
    public BlockCopy? Admit(BlockPool pool, bool usePrefixCache)
    {
        Table = NewTable(pool);
        int cached = usePrefixCache ? Table.Match(Contents, MostCachedBlocks) * KvBlock.Tokens : 0;

        // The last token's logits are wanted whatever is cached.
        Computed = Math.Min(cached, Known - 1);
        CachedPromptTokens ??= Math.Min(Computed, _promptLength);
        return Table.MakeWritable(Computed, Known);
    }

    /// <summary>Begins where another choice of the same prompt stands: all its blocks, and the token to sample next.</summary>
    public void Fork(Sequence leader, BlockPool pool)
    {
        Table = NewTable(pool);
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

    /// <summary>Drafts tokens that may come next, if it decodes, so that a step can compute and check several at once.</summary>
    /// <param name="most">Most drafts.</param>
    /// <returns>How many there are. None under a constraint: its state cannot be asked about a token before the last is taken.</returns>
    public int Draft(int most) => IsPrefill || Known - Computed != 1 || Constraint is not null ? 0 : _tokens.Draft(most);

    /// <summary>Whether the last sampled token is the one that was drafted for its place: what the step computed of it holds.</summary>
    public bool IsAsDrafted => _tokens.IsAsDrafted;

    /// <summary>The next <paramref name="count"/> tokens to compute, drafts included.</summary>
    public PlannedSequence Plan(int count) => new(
        _tokens.Planned(Computed, count), Computed, Table!.Blocks, LogitsRows(count), Pool?.Wants(Computed, count) ?? false);

    /// <summary>Rows of logits that it wants of a step that computes its next <paramref name="count"/> tokens.</summary>
    public int LogitsRows(int count)
    {
        int first = ScoresPrompt ? NextScored : _sampling.MaxTokens == 0 ? int.MaxValue : Known - 1;
        return Math.Max(0, Computed + count - Math.Max(Computed, first));
    }

    /// <summary>Notes that <paramref name="count"/> more tokens are in the KV cache, and names the blocks that they filled.</summary>
    public void Advance(int count, bool usePrefixCache)
    {
        int first = Computed / KvBlock.Tokens;
        Computed += count;
        for (int block = first; usePrefixCache && block < Computed / KvBlock.Tokens; block++)
        {
            Table!.Register(block, _tokens.ContentOf(block));
        }
    }

    /// <summary>Works out what its constraint allows next, so that <see cref="Sample"/> finds it done. May run beside a forward pass.</summary>
    public void PrepareMask()
    {
        try
        {
            _ = Mask();
        }
#pragma warning disable CA1031 // Met again by Sample, where it fails this sequence's request alone.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    /// <summary>
    /// Samples the next token, decides whether the sequence is over, and emits what can be shown. All known tokens are computed, and all
    /// that is to be scored is.
    /// </summary>
    /// <param name="logits">The row after the last known token; not looked at when no token is wanted.</param>
    /// <param name="endTokens">The model's end-of-sequence ids.</param>
    /// <param name="workspace">Memory for sampling.</param>
    /// <exception cref="SamplingException">No token can be drawn: the request fails.</exception>
    public void Sample(ReadOnlySpan<float> logits, IReadOnlySet<int> endTokens, SamplingWorkspace workspace)
    {
        _outputs.Release(_promptScores);
        if (Finish is not null)
        {
            // What was sampled elsewhere was all.
            return;
        }

        if (_sampling.MaxTokens == 0)
        {
            Finish = FinishReason.Length;
            Emit(_text.Finish());
        }
        else
        {
            Accept(Draw(logits, workspace), endTokens);
        }
    }

    private ReadOnlySpan<uint> Mask() => Constraint is null ? default : Constraint.Mask(_tokens.MaxLength - Known);

    private SampledToken Draw(ReadOnlySpan<float> logits, SamplingWorkspace workspace)
    {
        for (int tries = 0; tries < ConstraintLimits.Redraws; tries++)
        {
            SampledToken sampled = _sampler.Sample(logits, Mask(), workspace);
            if (Constraint is null || Constraint.TryAdvance(sampled.Id))
            {
                return sampled;
            }

            Constraint.Forbid(sampled.Id);
        }

        throw SamplingException.AllMasked(Generated);
    }

    private void Accept(SampledToken sampled, IReadOnlySet<int> endTokens)
    {
        int token = sampled.Id;
        _tokens.Append(token);
        _sampler.Add(token);
        if (sampled.Logprobs is not null)
        {
            _outputs.Logprobs.Add(sampled.Logprobs);
        }

        bool ends = (!_sampling.IgnoreEos && endTokens.Contains(token))
            || _sampling.StopTokenIds.Contains(token)
            || Constraint?.HasEnded == true;
        ShownText? text = ends ? _text.Finish(token) : _text.Push(token, mayStop: Generated > _sampling.MinTokens);
        if (ends || _text.Stopped)
        {
            Finish = FinishReason.Stop;
        }
        else if (Constraint?.IsComplete == true)
        {
            // Nothing but the end can follow; it need not be drawn.
            Finish = FinishReason.Stop;
            text ??= _text.Finish();
        }
        else if (Known == _tokens.MaxLength)
        {
            // What may still go on under a constraint, but need not, is whole.
            Finish = Constraint?.IsAccepting == true ? FinishReason.Stop : FinishReason.Length;
            text ??= _text.Finish();
        }

        if (text is { } shown)
        {
            Emit(shown);
        }
    }

    private void Emit(ShownText text)
    {
        int first = _outputs.Shown;
        _outputs.Emit(
            _tokens.Known(_promptLength + first, Generated - first), text, Finish, _promptScores, Finish is null ? null : Pool?.Result);
    }

    private BlockTable NewTable(BlockPool pool)
    {
        _tokens.Reserve();
        return new BlockTable(pool, KvBlock.Count(_tokens.Capacity));
    }
}
