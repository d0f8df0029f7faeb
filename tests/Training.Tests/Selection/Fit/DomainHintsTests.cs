using Godwit.Training.Selection.Fit;
using Godwit.Training.Selection.Labels;
using Godwit.Training.Selection.Prompts;

namespace Godwit.Training.Tests.Selection.Fit;

public sealed class DomainHintsTests
{
    [Fact]
    public void AHint_HasTheMeansOfItsDomains()
    {
        LabelledPrompt[] labelled =
        [
            Labelled("sql", PromptSplits.Train, 1, 4), Labelled("sql", PromptSplits.Train, 3, 6), Labelled("math", PromptSplits.Train, 8, 1),
            Labelled("math", PromptSplits.Validation, 100, 100), Labelled("math+sql", PromptSplits.Train, 50, 50),
        ];
        Prompt[] hints = [Hint("sql"), Hint("math+sql"), Hint("never labelled")];
        IReadOnlyList<LabelledPrompt> guessed = DomainHints.Label(hints, labelled);
        Assert.Equal(["sql", "math+sql"], guessed.Select(prompt => prompt.Domain));
        Assert.Equal([2.0, 5.0], [guessed[0].Losses["a"], guessed[0].Losses["b"]]);
        Assert.Equal([5.0, 3.0], [guessed[1].Losses["a"], guessed[1].Losses["b"]]);
        Assert.All(guessed, prompt => Assert.Equal(PromptSplits.Hint, prompt.Split));
    }

    private static Prompt Hint(string domain) => new(domain, domain, PromptSplits.Hint, PromptVariants.Original, $"a text of {domain}");

    private static LabelledPrompt Labelled(string domain, string split, double a, double b) => new(
        domain, domain, split, PromptVariants.Original, "text", new Dictionary<string, double> { ["a"] = a, ["b"] = b });
}
