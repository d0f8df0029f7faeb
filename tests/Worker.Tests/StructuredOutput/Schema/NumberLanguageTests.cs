using System.Globalization;
using Godwit.Worker.StructuredOutput;
using Godwit.Worker.StructuredOutput.Automaton;
using Godwit.Worker.StructuredOutput.Schema;

namespace Godwit.Worker.Tests.StructuredOutput.Schema;

/// <summary>Texts of numbers against arithmetic.</summary>
public sealed class NumberLanguageTests
{
    [Theory]
    [InlineData("0")]
    [InlineData("-0.0")]
    [InlineData("7")]
    [InlineData("-12.5")]
    [InlineData("1e2")]
    [InlineData("99.95")]
    [InlineData("0.001")]
    public void Bounds_compare(string text)
    {
        decimal bound = decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        var exact = ExactDecimal.Parse(text);
        Dfa least = NumberLanguage.Compared(exact, sign => sign >= 0, new CompileBudget());
        Dfa below = NumberLanguage.Compared(exact, sign => sign < 0, new CompileBudget());
        foreach (string number in Numbers())
        {
            decimal value = decimal.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);
            Assert.True(least.Match(number) >= 0 == value >= bound, $"{number} ≥ {bound}");
            Assert.True(below.Match(number) >= 0 == value < bound, $"{number} < {bound}");
        }
    }

    [Theory]
    [InlineData("1")]
    [InlineData("3")]
    [InlineData("0.25")]
    [InlineData("1.5")]
    [InlineData("100")]
    public void Multiples_divide(string text)
    {
        decimal step = decimal.Parse(text, CultureInfo.InvariantCulture);
        Dfa multiples = NumberLanguage.MultiplesOf(ExactDecimal.Parse(text), new CompileBudget());
        foreach (string number in Numbers())
        {
            decimal value = decimal.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);
            Assert.True(multiples.Match(number) >= 0 == (value % step == 0), $"{number} of {step}");
        }
    }

    [Theory]
    [InlineData("01")]
    [InlineData("+1")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("--1")]
    [InlineData("1e")]
    [InlineData("")]
    [InlineData("NaN")]
    public void What_is_no_number_is_none(string text)
    {
        Assert.True(NumberLanguage.All.Match(text) < 0);
        Assert.True(NumberLanguage.Plain.Match(text) < 0);
        Assert.True(NumberLanguage.Integers.Match(text) < 0);
    }

    private static IEnumerable<string> Numbers()
    {
        var random = new Random(4);
        string[] fixedOnes = ["0", "-0", "0.0", "-0.000", "7", "7.0", "6.9999", "7.0001", "-12.5", "-12.50", "-12.51", "100", "99.95", "0.001", "1000000"];
        return fixedOnes.Concat(Enumerable.Range(0, 400).Select(_ =>
            (random.Next(-3000, 3000) / (decimal)Math.Pow(10, random.Next(4))).ToString(CultureInfo.InvariantCulture)));
    }
}
