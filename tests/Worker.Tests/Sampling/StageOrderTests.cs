using Godwit.Worker.Sampling;

namespace Godwit.Worker.Tests.Sampling;

/// <summary>Cases in which exchanging two stages gives another distribution: the draws follow ours and not the other.</summary>
public sealed class StageOrderTests
{
    private static readonly Dictionary<(Stage, Stage), SamplerCase> s_cases = new()
    {
        [(Stage.Allowed, Stage.TopK)] = new(new SamplingParams { AllowedTokenIds = [0, 4, 9, 12], TopK = 2 }),
        [(Stage.Grammar, Stage.TopP)] = new(new SamplingParams { TopP = 0.85 }) { Grammar = [1, 5, 6, 9] },
        [(Stage.BadWords, Stage.TopK)] = new(new SamplingParams { BadWords = [[0], [5, 1]], TopK = 3 }),
        [(Stage.MinTokens, Stage.MinP)] = new(new SamplingParams { MinTokens = 9, StopTokenIds = [0, 1], MinP = 0.3 }),
        [(Stage.Bias, Stage.Repetition)] = new(new SamplingParams { LogitBias = [new(1, -3.5f), new(0, 1)], RepetitionPenalty = 2 }),
        [(Stage.Bias, Stage.Temperature)] = new(new SamplingParams { LogitBias = [new(9, 3)], Temperature = 2 }),
        [(Stage.Repetition, Stage.Frequency)] = new(new SamplingParams { RepetitionPenalty = 2, FrequencyPenalty = 1.5 }),
        [(Stage.Repetition, Stage.Presence)] = new(new SamplingParams { RepetitionPenalty = 2, PresencePenalty = 1.9 }),
        [(Stage.Frequency, Stage.Temperature)] = new(new SamplingParams { FrequencyPenalty = 1, Temperature = 0.5 }),
        [(Stage.Presence, Stage.Temperature)] = new(new SamplingParams { PresencePenalty = 1, Temperature = 2 }),
        [(Stage.Temperature, Stage.MinP)] = new(new SamplingParams { Temperature = 2, MinP = 0.3 }),
        [(Stage.Temperature, Stage.TopP)] = new(new SamplingParams { Temperature = 2, TopP = 0.6 }),
        [(Stage.MinP, Stage.TopP)] = new(new SamplingParams { MinP = 0.3, TopP = 0.75 }),
        [(Stage.TopK, Stage.TopP)] = new(new SamplingParams { TopK = 4, TopP = 0.7 }),
    };

    public static TheoryData<string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            foreach ((Stage first, Stage second) in s_cases.Keys)
            {
                pairs.Add(first.ToString(), second.ToString());
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Exchanged_TheDistributionIsAnother(string first, string second)
    {
        (Stage a, Stage b) = (Enum.Parse<Stage>(first), Enum.Parse<Stage>(second));
        SamplerCase sampled = s_cases[(a, b)];
        int[] counts = sampled.Draw();
        double ours = ChiSquare.PValue(counts, sampled.Expected());
        double swapped = ChiSquare.PValue(counts, sampled.Expected(ReferenceSampler.Swapped(a, b)));
        Assert.True(ours > 0.001, $"p = {ours}");
        Assert.True(swapped < 1e-9, $"p = {swapped} for the exchanged order");
    }
}
