using System.Threading.Channels;
using Godwit.Worker.KvCache;
using Godwit.Worker.Sampling;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Engine;

/// <summary>
/// Makes requests ready for the batch, on the thread of whoever brings them: hashing a long prompt, or running tokens that were sampled
/// elsewhere through detokeniser and constraint, must not hold up a step.
/// </summary>
/// <param name="runner">Says how large a token and a hidden state can be.</param>
/// <param name="tokenizer">For the text of what is sampled.</param>
/// <param name="endTokens">The model's end-of-sequence ids.</param>
/// <param name="contextLength">Most tokens of one sequence.</param>
/// <param name="options">Whether prefixes are cached.</param>
/// <param name="metrics">The engine's clock.</param>
internal sealed class RequestPreparation(
    IModelRunner runner,
    Tokenizer tokenizer,
    IReadOnlySet<int> endTokens,
    int contextLength,
    EngineOptions options,
    SequenceMetrics metrics)
{
    /// <summary>The sequences of a request that is handed to the engine as it is.</summary>
    /// <exception cref="InvalidDataException">Its outputs are not what it can have sampled.</exception>
    public EngineRequest Prepare(GenerationRequest request, ChannelWriter<SequenceOutput> outputs)
    {
        RequireValid(request);
        var leaders = new List<Sequence>();
        var settled = new List<Sequence>();
        bool anyReplayed = false;
        for (int prompt = 0; prompt < request.Prompts.Count; prompt++)
        {
            Sequence[] choices = Choices(request, prompt, outputs);
            foreach (Sequence choice in choices)
            {
                IReadOnlyList<int> tokens = request.Outputs?[choice.Choice] ?? [];
                if (tokens.Count > 0)
                {
                    anyReplayed = true;
                    choice.BeginReplay(tokens.Count, request.ReplayLogprobs);
                    Replay(choice, tokens, logprobs: null);
                }
            }

            Sequence[] open = [.. choices.Where(choice => !choice.IsSettled)];
            settled.AddRange(choices.Where(choice => choice.IsSettled));
            if (open.Length > 0)
            {
                open[0].Siblings = open.Length > 1 ? open[1..] : null;
                leaders.Add(open[0]);
            }
        }

        return new EngineRequest(request.Id, request.Priority, leaders, outputs, settled)
        {
            Alone = request.Alone,
            HasBegunElsewhere = anyReplayed,
        };
    }

    /// <summary>The sequences of a request that comes from another engine, each for itself.</summary>
    public EngineRequest PrepareAdoption(GenerationRequest request, ChannelWriter<SequenceOutput> outputs)
    {
        RequireValid(request);
        return new EngineRequest(
            request.Id, request.Priority, [.. request.Prompts.SelectMany((_, prompt) => Choices(request, prompt, outputs))], outputs)
        {
            HasBegunElsewhere = true,
        };
    }

    /// <summary>Takes tokens that were sampled elsewhere.</summary>
    /// <param name="choice">Whose they are.</param>
    /// <param name="tokens">Its next tokens.</param>
    /// <param name="logprobs">One entry per token, if they are known.</param>
    /// <exception cref="InvalidDataException">It cannot have sampled them.</exception>
    public void Replay(Sequence choice, IReadOnlyList<int> tokens, IReadOnlyList<TokenLogprobs>? logprobs)
    {
        if (tokens.Any(token => token < 0 || token >= runner.VocabularySize))
        {
            throw new InvalidDataException("An output has a token that the model does not know.");
        }

        if (logprobs is not null && logprobs.Count != tokens.Count)
        {
            throw new InvalidDataException($"{tokens.Count} tokens cannot have {logprobs.Count} log-probabilities.");
        }

        choice.Replay(tokens, logprobs, endTokens);
        if (options.PrefixCaching)
        {
            choice.NameBlocks();
        }
    }

    private Sequence[] Choices(GenerationRequest request, int index, ChannelWriter<SequenceOutput> outputs)
    {
        long now = metrics.Now;
        IReadOnlyList<int> prompt = request.Prompts[index];
        List<BlockHash> contents = options.PrefixCaching ? BlockHash.Chain(request.CacheSalt, [.. prompt]) : [];
        return [.. Enumerable.Range(index * request.ChoicesPerPrompt, request.ChoicesPerPrompt).Select(choice => new Sequence(
            choice,
            prompt,
            contents,
            request.CacheSalt,
            request.Sampling,
            contextLength,
            new SequenceSampler(request.Sampling, choice, prompt, endTokens, runner.VocabularySize),
            new OutputText(
                new IncrementalDetokenizer(
                    tokenizer, prompt, request.Sampling.SkipSpecialTokens, request.Sampling.ShownControlTokens),
                request.Sampling.Stop,
                request.Sampling.IncludeStop),
            outputs)
        {
            Constraint = request.Constraint?.Start(),
            Times = new SequenceTimes { Arrived = request.Arrived ?? now, Queued = now },
            Pool = request.Pooling is { } pooling ? new HiddenPool(pooling, prompt.Count, runner.HiddenSize) : null,
        })];
    }

    // The runner reads memory by these numbers: whatever its callers checked, nothing else gets past this point.
    private void RequireValid(GenerationRequest request)
    {
        foreach (IReadOnlyList<int> prompt in request.Prompts)
        {
            ArgumentOutOfRangeException.ThrowIfZero(prompt.Count);
            int room = request.Sampling.MaxTokens == 0 ? 0 : 1;
            ArgumentOutOfRangeException.ThrowIfGreaterThan(prompt.Count, contextLength - room);
            foreach (int id in prompt)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(id);
                ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, runner.VocabularySize);
            }
        }

        int choices = request.Prompts.Count * request.ChoicesPerPrompt;
        if (request.Outputs is { } outputs && outputs.Count != choices)
        {
            throw new InvalidDataException($"{choices} choices cannot have {outputs.Count} outputs.");
        }
    }
}
