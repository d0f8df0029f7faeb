using Godwit.Worker.StructuredOutput;
using Godwit.Worker.StructuredOutput.Automaton;

namespace Godwit.Worker.Tests.StructuredOutput.Automaton;

/// <summary>Automata of words, run side by side, against sets of texts.</summary>
public sealed class DfaTests
{
    private static readonly string[] Texts = [.. Words(4)];

    [Fact]
    public void Products_are_what_sets_are()
    {
        var random = new Random(2);
        for (int i = 0; i < 40; i++)
        {
            HashSet<string> x = Some(random);
            HashSet<string> y = Some(random);
            Dfa dx = Of(x);
            Dfa dy = Of(y);
            Same(x.Intersect(y), DfaBuilder.Intersection([dx, dy], new CompileBudget()));
            Same(x.Union(y), DfaBuilder.Union([dx, dy], new CompileBudget()));
            Same(x.Except(y), DfaBuilder.Difference(dx, dy, new CompileBudget()));
            Dfa others = DfaBuilder.Difference(Dfa.Everything, dx, new CompileBudget());
            Dfa lengths = DfaBuilder.Lengths(0, 4, new CompileBudget());
            Same(Texts.Except(x), DfaBuilder.Intersection([others, lengths], new CompileBudget()));
            Assert.Equal(x.Count, x.Count == 0 ? 0 : DfaFacts.Counts(dx, _ => true)[Dfa.Start]);
            if (x.Count > 0)
            {
                Assert.Equal((x.Min(w => w.Length), x.Max(w => w.Length)), DfaFacts.Lengths(dx));
            }
        }
    }

    [Fact]
    public void A_words_label_is_its_index()
    {
        string[] words = ["a", "ab", "", "b😀"];
        Dfa dfa = DfaBuilder.OfWords(words, new CompileBudget());

        Assert.Equal([0, 1, 2, 3], words.Select(dfa.Match));
        Assert.Equal(Dfa.None, dfa.Match("b"));
    }

    [Theory]
    [InlineData(0, null, "")]
    [InlineData(1, null, "é")]
    [InlineData(1, 1, "😀")]
    [InlineData(2, 3, "aaa")]
    public void Lengths_count_code_points(int min, int? max, string text)
    {
        Dfa dfa = DfaBuilder.Lengths(min, max, new CompileBudget());

        Assert.True(dfa.Match(text) >= 0);
        Assert.True(min == 0 || dfa.Match("") < 0);
        Assert.True(max is null || dfa.Match(new string('b', max.Value + 1)) < 0);
    }

    private static Dfa Of(HashSet<string> words) => DfaBuilder.OfWords([.. words], new CompileBudget()).Relabel(_ => 0);

    private static void Same(IEnumerable<string> expected, Dfa actual) =>
        Assert.Equal(expected.Order(StringComparer.Ordinal), Texts.Where(t => actual.Match(t) >= 0).Order(StringComparer.Ordinal));

    private static HashSet<string> Some(Random random) => [.. Texts.Where(_ => random.Next(5) == 0)];

    private static IEnumerable<string> Words(int longest) => longest == 0 ? [""]
        : Words(longest - 1).Concat(Words(longest - 1).Where(w => w.Length == longest - 1).SelectMany(w => "aé".Select(c => w + c)));
}
