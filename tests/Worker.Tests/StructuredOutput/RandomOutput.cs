using System.Collections.Concurrent;
using System.Text;
using Godwit.Worker.Sampling;
using Godwit.Worker.StructuredOutput;
using Godwit.Worker.StructuredOutput.Masks;

namespace Godwit.Worker.Tests.StructuredOutput;

/// <summary>Outputs that the sampler draws through a constraint's masks at temperature 1.5, of logits that know nothing of JSON.</summary>
internal static class RandomOutput
{
    private static readonly UTF8Encoding Strict = new(false, true);
    private static readonly ConcurrentBag<SamplingWorkspace> Workspaces = [];
    private static readonly float[] Logits = Normal(1 << 19, 3);

    /// <summary>Draws until the end token, a complete output, or the end of the budget; the output must then be whole.</summary>
    public static string Sample(CompiledConstraint constraint, TokenTrie trie, int budget, int seed)
    {
        var sampling = new SamplingParams { Temperature = 1.5, Seed = seed };
        var sampler = new SequenceSampler(sampling, 0, [], trie.EndTokens.ToHashSet(), trie.VocabularySize);
        SamplingWorkspace workspace = Workspaces.TryTake(out SamplingWorkspace? free) && free.VocabularySize == trie.VocabularySize
            ? free
            : new SamplingWorkspace(trie.VocabularySize);
        ConstraintState state = constraint.Start();
        var random = new Random(seed);
        var output = new List<byte>();
        for (int left = budget; left > 0 && !state.IsComplete; left--)
        {
            ReadOnlySpan<float> logits = Logits.AsSpan(random.Next(Logits.Length - trie.VocabularySize), trie.VocabularySize);
            ReadOnlySpan<uint> mask = state.Mask(left);
            Assert.True(mask.ContainsAnyExcept(0u), $"no token is allowed with {left} left (needed: {state.Need}) behind {Text(output)}");
            int token = sampler.Sample(logits, mask, workspace).Id;
            sampler.Add(token);
            Assert.True(state.TryAdvance(token), $"token {token} was in the mask but is refused behind {Text(output)}");
            output.AddRange(trie.BytesOf(token));
        }

        Workspaces.Add(workspace);
        Assert.True(state.IsAccepting || state.IsComplete, $"the budget of {budget} ended within {Text(output)}");
        return Strict.GetString([.. output]);
    }

    private static string Text(List<byte> output) => Encoding.UTF8.GetString([.. output]);

    private static float[] Normal(int count, double deviation)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ =>
            (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }
}
