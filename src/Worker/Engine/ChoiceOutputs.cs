using System.Threading.Channels;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Engine;

/// <summary>
/// The outputs of one choice on their way to the submitter, and the log-probabilities that go with them. Outputs of tokens that were
/// sampled elsewhere are held until what shall be known of them is computed.
/// </summary>
/// <param name="choice">Index within the request.</param>
/// <param name="wantsLogprobs">Whether outputs carry log-probabilities.</param>
/// <param name="channel">Where they go.</param>
internal sealed class ChoiceOutputs(int choice, bool wantsLogprobs, ChannelWriter<SequenceOutput> channel)
{
    private List<SequenceOutput>? _held;
    private bool _begun;

    /// <summary>Tokens that are in some output, held ones included.</summary>
    public int Shown { get; private set; }

    /// <summary>Index of the first token whose log-probabilities are known here.</summary>
    public int LogprobsFrom { get; private set; }

    /// <summary>Log-probabilities of the tokens from <see cref="LogprobsFrom"/> on.</summary>
    public AppendOnlyList<TokenLogprobs> Logprobs { get; private set; } = new();

    /// <summary>Whether outputs are held.</summary>
    public bool AreHeld => _held is not null;

    /// <summary>Holds outputs from now on until <see cref="Release"/>.</summary>
    public void Hold() => _held ??= [];

    /// <summary>The log-probabilities of the first tokens will not be known here.</summary>
    /// <param name="tokens">How many tokens.</param>
    public void ForgoLogprobs(int tokens)
    {
        Logprobs = new AppendOnlyList<TokenLogprobs>();
        LogprobsFrom = tokens;
    }

    /// <summary>Sends what can be shown.</summary>
    /// <param name="tokens">The tokens since the last output.</param>
    /// <param name="text">Their text.</param>
    /// <param name="finish">Set on the last output.</param>
    /// <param name="promptScores">Log-probabilities of the prompt, if they are wanted.</param>
    /// <param name="embedding">The embedding, if one is wanted.</param>
    public void Emit(
        ArraySegment<int> tokens, ShownText text, FinishReason? finish, PromptScores? promptScores, IReadOnlyList<double>? embedding)
    {
        var output = new SequenceOutput(choice, Shown, tokens, text.Text, finish) { TextLengths = text.Lengths, Embedding = embedding };
        Shown += tokens.Count;
        if (_held is not null)
        {
            _held.Add(output);
        }
        else
        {
            Send(output, promptScores);
        }
    }

    /// <summary>Sends what was held: all that shall be known is known.</summary>
    public void Release(PromptScores? promptScores)
    {
        if (_held is { } held)
        {
            _held = null;
            foreach (SequenceOutput output in held)
            {
                Send(output, promptScores);
            }
        }
    }

    private void Send(SequenceOutput output, PromptScores? promptScores)
    {
        channel.TryWrite(output with
        {
            Logprobs = LogprobsOf(output),
            PromptLogprobs = _begun ? null : promptScores?.Values,
        });
        _begun = true;
    }

    private IReadOnlyList<TokenLogprobs>? LogprobsOf(SequenceOutput output)
    {
        if (!wantsLogprobs || output.FirstIndex < LogprobsFrom)
        {
            return null;
        }

        return Logprobs.View(output.FirstIndex - LogprobsFrom, output.TokenIds.Count);
    }
}
