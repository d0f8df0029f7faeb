using System.Text;
using Godwit.Worker.StructuredOutput;
using Godwit.Worker.StructuredOutput.Masks;

namespace Godwit.Worker.Tests.StructuredOutput;

/// <summary>Outputs drawn through a constraint's masks, with logits as noisy as a model's at temperature 1.5.</summary>
internal static class RandomOutput
{
    private static readonly UTF8Encoding Strict = new(false, true);

    /// <summary>Draws until the end token, a complete output, or the end of the budget; the output must then be whole.</summary>
    public static string Sample(CompiledConstraint constraint, TokenTrie trie, int budget, int seed)
    {
        ConstraintState state = constraint.Start();
        var random = new Random(seed);
        var output = new List<byte>();
        for (int left = budget; left > 0 && !state.IsComplete; left--)
        {
            int token = Draw(state.Mask(left), random);
            Assert.True(token >= 0, $"no token is allowed with {left} left (needed: {state.Need}) behind {Encoding.UTF8.GetString([.. output])}");
            Assert.True(state.TryAdvance(token), $"token {token} was in the mask but is refused behind {Encoding.UTF8.GetString([.. output])}");
            output.AddRange(trie.BytesOf(token));
        }

        Assert.True(state.IsAccepting || state.IsComplete, $"the budget of {budget} ended within {Encoding.UTF8.GetString([.. output])}");
        return Strict.GetString([.. output]);
    }

    /// <summary>A token of the mask; −1 when it is empty.</summary>
    public static int Draw(ReadOnlySpan<uint> mask, Random random)
    {
        var allowed = new List<int>();
        for (int word = 0; word < mask.Length; word++)
        {
            for (uint bits = mask[word]; bits != 0; bits &= bits - 1)
            {
                allowed.Add((32 * word) + System.Numerics.BitOperations.TrailingZeroCount(bits));
            }
        }

        // Gumbel noise on normal logits: a draw from their softmax. Of a large mask some dozens stand for all.
        const int Most = 48;
        int best = -1;
        double highest = double.NegativeInfinity;
        for (int i = 0; i < Math.Min(allowed.Count, Most); i++)
        {
            int token = allowed.Count <= Most ? allowed[i] : allowed[random.Next(allowed.Count)];
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            double score = (3 * normal / 1.5) - Math.Log(-Math.Log(1 - random.NextDouble()));
            if (score > highest)
            {
                (highest, best) = (score, token);
            }
        }

        return best;
    }
}
