using Godwit.Worker.Sampling;

namespace Godwit.Worker.Tests.Sampling;

/// <summary>One row of logits, with the parameters and the past of a sequence; draws it and computes what the draws should be.</summary>
internal sealed record SamplerCase(SamplingParams Sampling)
{
    public const int Vocabulary = 24;
    public const int Draws = 20_000;

    public float[] Logits { get; init; } = Row();

    public int[] Prompt { get; init; } = [0, 1, 4];

    public int[] Output { get; init; } = [1, 2, 1, 5];

    public int[] EndTokens { get; init; } = [3];

    public int[]? Grammar { get; init; }

    /// <summary>Counts of 20,000 draws: the choice and a part of the seed change, so that each has its own random number.</summary>
    public int[] Draw()
    {
        var workspace = new SamplingWorkspace(Logits.Length);
        uint[] grammar = Mask();
        int[] counts = new int[Logits.Length];
        for (int draw = 0; draw < Draws; draw++)
        {
            counts[SamplerAt(draw).Sample(Logits, grammar, workspace).Id]++;
        }

        return counts;
    }

    /// <summary>A sampler that has the output behind it.</summary>
    public SequenceSampler SamplerAt(int draw)
    {
        var sampler = new SequenceSampler(
            Sampling with { Seed = 1000 + (draw / 100) }, draw % 100, Prompt, EndTokens.ToHashSet(), Logits.Length);
        foreach (int id in Output)
        {
            sampler.Add(id);
        }

        return sampler;
    }

    public double[] Expected(Stage[]? order = null) =>
        new ReferenceSampler(Sampling, Prompt, Output, EndTokens, Grammar).Distribution(Logits, order);

    public uint[] Mask()
    {
        uint[] mask = Grammar is null ? [] : new uint[(Logits.Length + 31) / 32];
        foreach (int id in Grammar ?? [])
        {
            mask[id / 32] |= 1u << (id % 32);
        }

        return mask;
    }

    // Likely and unlikely tokens, logits of both signs, and some equal ones.
    private static float[] Row() =>
        [.. Enumerable.Range(0, Vocabulary).Select(id => id < 8 ? 2.5f - (0.5f * id) : id % 3 == 0 ? -1.5f : -2f - (0.1f * id))];
}
