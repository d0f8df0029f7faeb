using System.Globalization;
using Godwit.Worker.Engine;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Tests.Engine.Transfer;

/// <summary>All that a generation's outputs say.</summary>
/// <param name="outputs">The outputs.</param>
internal sealed class Transcript(IReadOnlyList<SequenceOutput> outputs)
{
    public IReadOnlyList<SequenceOutput> Outputs { get; } = outputs;

    public static async Task<Transcript> ReadAsync(Generation generation)
    {
        using (generation)
        {
            var outputs = new List<SequenceOutput>();
            await foreach (SequenceOutput output in generation.Outputs.ReadAllAsync())
            {
                outputs.Add(output);
            }

            return new Transcript(outputs);
        }
    }

    /// <summary>Per choice a line per output, and only what was asked for of the log-probabilities.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Lines(bool logprobs = true) => [.. Outputs
        .GroupBy(output => output.Choice)
        .OrderBy(choice => choice.Key)
        .Select(choice => choice.Select(output => Line(output, logprobs)).ToList())];

    /// <summary>Output tokens of every choice.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Tokens(int choices) =>
        [.. Enumerable.Range(0, choices).Select(choice => Outputs.Where(o => o.Choice == choice).SelectMany(o => o.TokenIds).ToList())];

    /// <summary>Asserts that this says what the other does.</summary>
    public void AssertEqual(Transcript expected, bool logprobs = true)
    {
        IReadOnlyList<IReadOnlyList<string>> wanted = expected.Lines(logprobs), actual = Lines(logprobs);
        Assert.Equal(wanted.Count, actual.Count);
        for (int choice = 0; choice < wanted.Count; choice++)
        {
            for (int i = 0; i < Math.Min(wanted[choice].Count, actual[choice].Count); i++)
            {
                Assert.Equal(wanted[choice][i], actual[choice][i]);
            }

            Assert.Equal(wanted[choice].Count, actual[choice].Count);
        }
    }

    private static string Line(SequenceOutput output, bool logprobs) =>
        $"{output.Choice}/{output.FirstIndex}: {string.Join(' ', output.TokenIds)} '{output.Text}' "
        + $"{string.Join(' ', output.TextLengths)} {output.Finish} "
        + (logprobs ? $"{Scores(output.Logprobs)} | {Scores(output.PromptLogprobs)}" : "");

    private static string Scores(IEnumerable<TokenLogprobs?>? scores) =>
        scores is null ? "none" : string.Join(' ', scores.Select(Score));

    private static string Score(TokenLogprobs? score) => score is null
        ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{score.Id} {score.Logprob:R} {score.Rank} {string.Join(' ', score.Top)}");
}
