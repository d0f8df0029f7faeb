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
    private readonly ChannelWriter<SequenceOutput> _outputs;
    private readonly int _promptLength;
    private int _shown;

    /// <param name="choice">Index within the request.</param>
    /// <param name="prompt">Prompt, at least one token, shorter than <paramref name="contextLength"/>.</param>
    /// <param name="sampling">How to draw and when to stop.</param>
    /// <param name="contextLength">Most tokens of the sequence.</param>
    /// <param name="text">Its text.</param>
    /// <param name="outputs">Where its outputs go.</param>
    public Sequence(
        int choice,
        IReadOnlyList<int> prompt,
        SamplingParams sampling,
        int contextLength,
        OutputText text,
        ChannelWriter<SequenceOutput> outputs)
    {
        Choice = choice;
        _sampling = sampling;
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

    /// <summary>How to draw.</summary>
    public SamplingParams Sampling => _sampling;

    /// <summary>Set when it is over.</summary>
    public FinishReason? Finish { get; private set; }

    /// <summary>What the planner needs to know.</summary>
    public BatchScheduler.SequenceState State => new(Known, Computed, BlocksNeeded);

    /// <summary>The next <paramref name="count"/> tokens to compute.</summary>
    public PlannedSequence Plan(int count) =>
        new(_tokens.AsMemory(Computed, count), Computed, Blocks, Computed + count == Known ? 1 : 0);

    /// <summary>Notes that <paramref name="count"/> tokens are in the KV cache now.</summary>
    public void Advance(int count) => Computed += count;

    /// <summary>Takes a sampled token, decides whether the sequence is over, and emits what can be shown.</summary>
    public void Accept(int token, IReadOnlySet<int> endTokens)
    {
        _tokens[Known++] = token;
        bool ends = (!_sampling.IgnoreEos && endTokens.Contains(token)) || _sampling.StopTokenIds.Contains(token);
        string? text = ends ? _text.Finish() : _text.Push(token);
        if (ends || _text.Stopped)
        {
            Finish = FinishReason.Stop;
        }
        else if (Known == _tokens.Length)
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
}
