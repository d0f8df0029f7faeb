using System.Text.RegularExpressions;
using Godwit.Worker.StructuredOutput;
using Godwit.Worker.StructuredOutput.Automaton;
using Godwit.Worker.StructuredOutput.Regex;
using DotNetRegex = System.Text.RegularExpressions.Regex;

namespace Godwit.Worker.Tests.StructuredOutput;

/// <summary>Regular expressions as automata, against .NET's own on all short texts and many random ones.</summary>
public sealed class RegexCompilerTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a|b|")]
    [InlineData("(a|b)*c?")]
    [InlineData("(?:ab){2,3}")]
    [InlineData("a{0}b{1,}c{2}")]
    [InlineData("[^a-b]+?")]
    [InlineData("[abc-]{1,2}x{")]
    [InlineData("(?<n>a)(b(c))*")]
    [InlineData("^a|b$")]
    [InlineData("(^|a)b($|c)")]
    [InlineData("a^b")]
    [InlineData("[\\d\\-]+|\\w\\.")]
    [InlineData("(a+)+b")]
    [InlineData(".b.")]
    [InlineData("(a|ab)(c|bc)(a*)")]
    [InlineData("\\x61\\u0062[\\x61-\\x63]")]
    public void An_expression_matches_what_it_should(string pattern)
    {
        Dfa whole = RegexCompiler.WholeMatch(pattern, new CompileBudget());
        Dfa search = RegexCompiler.Search(pattern, new CompileBudget());
        var anchored = new DotNetRegex($"\\A(?:{Translated(pattern)})\\z", RegexOptions.CultureInvariant);
        var found = new DotNetRegex(Translated(pattern), RegexOptions.CultureInvariant);
        foreach (string text in Texts())
        {
            Assert.True(anchored.IsMatch(text) == whole.Match(text) >= 0, $"'{pattern}' as a whole on '{text}'");
            Assert.True(found.IsMatch(text) == search.Match(text) >= 0, $"'{pattern}' anywhere in '{text}'");
        }
    }

    [Theory]
    [InlineData(".", "😀", true)]
    [InlineData("[^a]", "😀", true)]
    [InlineData("[😀-😂]", "😁", true)]
    [InlineData("\\u{1F600}", "😀", true)]
    [InlineData("\\uD83D\\uDE00", "😀", true)]
    [InlineData("\\p{L}", "é", true)]
    [InlineData("\\P{L}", "é", false)]
    [InlineData(".", "\n", false)]
    [InlineData("\\s", "\u2028", true)]
    [InlineData("\\d", "٣", false)]
    public void Characters_are_code_points(string pattern, string text, bool matches) =>
        Assert.Equal(matches, RegexCompiler.WholeMatch(pattern, new CompileBudget()).Match(text) >= 0);

    [Fact]
    public void Work_is_bounded()
    {
        Assert.True(Assert.Throws<ConstraintException>(() => RegexCompiler.WholeMatch("(a{1000}){1000}", new CompileBudget())).IsTooComplex);
        Assert.True(Assert.Throws<ConstraintException>(() => RegexCompiler.WholeMatch("[a-z]{500}", new CompileBudget(1_000))).IsTooComplex);
    }

    private static string Translated(string pattern) => pattern
        .Replace("$", "\\z", StringComparison.Ordinal).Replace("x{", "x\\{", StringComparison.Ordinal);

    private static IEnumerable<string> Texts()
    {
        const string Letters = "abcx{-1.";
        for (int length = 0; length <= 3; length++)
        {
            for (int i = 0; i < Math.Pow(Letters.Length, length); i++)
            {
                yield return string.Concat(
                    Enumerable.Range(0, length).Select(d => Letters[i / (int)Math.Pow(Letters.Length, d) % Letters.Length]));
            }
        }

        var random = new Random(5);
        for (int i = 0; i < 2_000; i++)
        {
            yield return string.Concat(Enumerable.Range(0, random.Next(4, 10)).Select(_ => "abc"[random.Next(3)]));
        }
    }
}
