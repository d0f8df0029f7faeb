using Godwit.Worker.Sampling;

namespace Godwit.Worker.Tests.Sampling;

/// <summary>
/// 20,000 draws with fixed seeds, for every parameter and for combinations, against the distribution computed from the definition.
/// </summary>
public sealed class DistributionTests
{
    private static readonly Dictionary<string, SamplerCase> s_cases = new()
    {
        ["default"] = new(new SamplingParams()),
        ["temperature 0.3"] = new(new SamplingParams { Temperature = 0.3 }),
        ["temperature 2"] = new(new SamplingParams { Temperature = 2 }),
        ["min_p"] = new(new SamplingParams { MinP = 0.2 }),
        ["top_k"] = new(new SamplingParams { TopK = 5 }),
        ["top_k in a tie"] = new(new SamplingParams { TopK = 10 }),
        ["top_p 0.5"] = new(new SamplingParams { TopP = 0.5 }),
        ["top_p 0.99"] = new(new SamplingParams { TopP = 0.99 }),
        ["frequency_penalty"] = new(new SamplingParams { FrequencyPenalty = 1.2 }),
        ["frequency_penalty, negative"] = new(new SamplingParams { FrequencyPenalty = -0.7 }),
        ["presence_penalty"] = new(new SamplingParams { PresencePenalty = 1.5 }),
        ["repetition_penalty"] = new(new SamplingParams { RepetitionPenalty = 1.8 }),
        ["repetition_penalty below 1"] = new(new SamplingParams { RepetitionPenalty = 0.6 }),
        ["logit_bias"] = new(new SamplingParams { LogitBias = [new(0, -3), new(20, 4.5f), new(7, 100), new(6, -100)] })
        {
            Logits = [.. new SamplerCase(new SamplingParams()).Logits.Select((l, id) => id == 7 ? l - 99 : l)],
        },
        ["allowed_token_ids"] = new(new SamplingParams { AllowedTokenIds = [9, 2, 5, 23, 2] }),
        ["grammar"] = new(new SamplingParams()) { Grammar = [1, 6, 22] },
        ["bad_words, one token"] = new(new SamplingParams { BadWords = [[0], [2]] }),
        ["bad_words, several tokens"] = new(new SamplingParams { BadWords = [[1, 5, 0], [5, 1], [2, 5, 2], [9, 1, 2, 1, 5, 4]] }),
        ["min_tokens"] = new(new SamplingParams { MinTokens = 5, StopTokenIds = [0, 6] }),
        ["min_tokens, reached"] = new(new SamplingParams { MinTokens = 4, StopTokenIds = [0, 6] }),
        ["min_tokens, ignore_eos"] = new(new SamplingParams { MinTokens = 5, IgnoreEos = true, StopTokenIds = [0] }),
        ["five: temperature, top_k, top_p, min_p, presence"] = new(new SamplingParams
        {
            Temperature = 1.6,
            TopK = 9,
            TopP = 0.85,
            MinP = 0.08,
            PresencePenalty = 0.8,
        }),
        ["penalties together"] = new(new SamplingParams { RepetitionPenalty = 1.4, FrequencyPenalty = 0.5, PresencePenalty = -0.6 }),
        ["bias, then penalties, then top_k"] = new(new SamplingParams
        {
            LogitBias = [new(4, -2), new(20, 3)],
            RepetitionPenalty = 1.9,
            FrequencyPenalty = 0.3,
            TopK = 4,
        }),
        ["masks and filters"] = new(new SamplingParams
        {
            AllowedTokenIds = [.. Enumerable.Range(0, 12)],
            BadWords = [[5, 1]],
            MinTokens = 9,
            TopP = 0.7,
            Temperature = 0.8,
        })
        {
            Grammar = [.. Enumerable.Range(1, 20)],
        },
        ["everything"] = new(new SamplingParams
        {
            AllowedTokenIds = [.. Enumerable.Range(0, 20)],
            BadWords = [[1, 5, 0]],
            MinTokens = 9,
            LogitBias = [new(12, 2), new(4, 0.7f)],
            RepetitionPenalty = 1.2,
            FrequencyPenalty = 0.2,
            PresencePenalty = 0.4,
            Temperature = 1.3,
            MinP = 0.03,
            TopK = 12,
            TopP = 0.95,
        })
        {
            Grammar = [.. Enumerable.Range(0, 24).Where(id => id != 6)],
        },
        ["two tokens tie for everything"] = new(new SamplingParams { TopP = 0.5, Temperature = 0.5 }) { Logits = [1, 1, 1, 1] },
    };

    public static TheoryData<string> Names => [.. s_cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Draws_FollowTheDistribution(string name)
    {
        SamplerCase sampled = s_cases[name];
        double p = ChiSquare.PValue(sampled.Draw(), sampled.Expected());
        Assert.True(p > 0.001, $"p = {p}");
    }

    // Every parameter does something: without it the same draws would be implausible.
    [Theory]
    [MemberData(nameof(Names))]
    public void Draws_DoNotFollowThePlainSoftmax(string name)
    {
        SamplerCase sampled = s_cases[name];
        SamplerCase plain = sampled with { Sampling = new SamplingParams(), Grammar = null };
        double p = ChiSquare.PValue(sampled.Draw(), plain.Expected());
        Assert.Equal(name is "default" or "min_tokens, reached", p > 1e-9);
    }
}
