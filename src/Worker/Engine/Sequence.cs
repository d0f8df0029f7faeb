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
    private readonly int[] _tokens;
    private readonly OutputText _text;
    private readonly SamplingParams _sampling;
    private readonly SequenceSampler _sampler;
    private readonly PromptScores? _promptScores;
    private readonly List<TokenLogprobs> _logprobs = [];
    private readonly ChannelWriter<SequenceOutput> _outputs;
    private readonly int _promptLength;
    private int _shown;
    private bool _begun;

    /// <param name="choice">Index within the request.</param>
    /// <param name="prompt">Prompt, at least one token, with room for one more within the context unless none shall be sampled.</param>
    /// <param name="sampling">When to stop and what to report.</param>
    /// <param name="contextLength">Most tokens of the sequence.</param>
    /// <param name="sampler">Draws its tokens.</param>
    /// <param name="text">Its text.</param>
    /// <param name="outputs">Where its outputs go.</param>
    public Sequence(
        int choice,
        IReadOnlyList<int> prompt,
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
        _outputs = outputs;
        _promptLength = prompt.Count;
        int room = contextLength - prompt.Count;
        int length = prompt.Count + Math.Min(sampling.MaxTokens ?? room, room);
        _tokens = new int[length];
        for (int i = 0; i < prompt.Count; i++)
        {
            _tokens[i] = prompt[i];
        }

        Known = prompt.Count;
        BlocksNeeded = KvBlock.Count(length);
    }

    /// <summary>Index of the choice within its request.</summary>
    public int Choice { get; }

    /// <summary>Prompt and sampled tokens.</summary>
    public int Known { get; private set; }

    /// <summary>Tokens in the KV cache.</summary>
    public int Computed { get; private set; }

    /// <summary>Blocks for the prompt and all tokens it may generate.</summary>
    public int BlocksNeeded { get; }

    /// <summary>Its KV blocks; empty while it waits.</summary>
    public int[] Blocks { get; set; } = [];

    /// <summary>Sampled tokens.</summary>
    public int Generated => Known - _promptLength;

    /// <summary>Set when it is over.</summary>
    public FinishReason? Finish { get; private set; }

    /// <summary>What the planner needs to know.</summary>
    public BatchScheduler.SequenceState State => new(Known, Computed, BlocksNeeded, _promptScores is { AreComplete: false });

    /// <summary>The next <paramref name="count"/> tokens to compute.</summary>
    public PlannedSequence Plan(int count) => new(_tokens.AsMemory(Computed, count), Computed, Blocks, LogitsRows(count));

    /// <summary>Rows of logits that it wants of a step that computes its next <paramref name="count"/> tokens.</summary>
    public int LogitsRows(int count)
    {
        int first = _promptScores is { AreComplete: false } ? _promptScores.NextRow
            : _sampling.MaxTokens == 0 ? int.MaxValue
            : Known - 1;
        return Math.Max(0, Computed + count - Math.Max(Computed, first));
    }

    /// <summary>
    /// Takes in a step: scores the prompt, samples the next token if all known ones are computed, decides whether the sequence is over,
    /// and emits what can be shown.
    /// </summary>
    /// <param name="count">Tokens that are in the KV cache now besides those that were.</param>
    /// <param name="logits">The rows that <see cref="LogitsRows"/> asked for.</param>
    /// <param name="endTokens">The model's end-of-sequence ids.</param>
    /// <param name="workspace">Memory for sampling.</param>
    /// <exception cref="SamplingException">No token can be drawn: the request fails.</exception>
    public void Advance(int count, ReadOnlySpan<float> logits, IReadOnlySet<int> endTokens, SamplingWorkspace workspace)
    {
        Computed += count;
        int width = workspace.VocabularySize;
        while (_promptScores is { AreComplete: false } && !logits.IsEmpty)
        {
            _promptScores.Add(logits[..width]);
            logits = logits[width..];
        }

        if (Computed < Known)
        {
            return;
        }

        if (_sampling.MaxTokens == 0)
        {
            Finish = FinishReason.Length;
            Emit(_text.Finish());
        }
        else
        {
            Accept(_sampler.Sample(logits, grammar: default, workspace), endTokens);
        }
    }

    private void Accept(SampledToken sampled, IReadOnlySet<int> endTokens)
    {
        int token = sampled.Id;
        _tokens[Known++] = token;
        _sampler.Add(token);
        if (sampled.Logprobs is not null)
        {
            _logprobs.Add(sampled.Logprobs);
        }

        bool ends = (!_sampling.IgnoreEos && endTokens.Contains(token)) || _sampling.StopTokenIds.Contains(token);
        ShownText? text = ends ? _text.Finish(token) : _text.Push(token, mayStop: Generated > _sampling.MinTokens);
        if (ends || _text.Stopped)
        {
            Finish = FinishReason.Stop;
        }
        else if (Known == _tokens.Length)
        {
            Finish = FinishReason.Length;
            text ??= _text.Finish();
        }

        if (text is { } shown)
        {
            Emit(shown);
        }
    }

    private void Emit(ShownText text)
    {
        int first = _shown;
        _shown = Generated;
        _outputs.TryWrite(new SequenceOutput(
            Choice, first, _tokens.AsSpan(_promptLength + first, _shown - first).ToArray(), text.Text, Finish)
        {
            TextLengths = text.Lengths,
            Logprobs = _sampling.Logprobs is null ? null : [.. _logprobs],
            PromptLogprobs = _begun ? null : _promptScores?.Values,
        });
        _begun = true;
        _logprobs.Clear();
    }
}
