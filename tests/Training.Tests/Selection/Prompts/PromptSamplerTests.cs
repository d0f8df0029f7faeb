using Godwit.Training.Experts.Corpora;
using Godwit.Training.Selection.Prompts;

namespace Godwit.Training.Tests.Selection.Prompts;

public sealed class PromptSamplerTests
{
    private static readonly PromptSettings s_settings =
        new() { Count = 600, Hints = 0, HeldOut = 120, HeldOutSpliced = 40, Unseen = 30, Seed = 3 };

    private static readonly string[] s_domains = ["stories", "sql", "legal", CorpusReader.Unseen];
    private static readonly CorpusDocument[] s_documents = [.. s_domains.SelectMany(Documents)];
    private static readonly SampledPrompts s_prompts = PromptSampler.Sample(s_documents, s_settings);

    [Fact]
    public void Training_TakesOnlyDocumentsThatNoExpertSaw_AndEvaluationOnlyThoseThatNothingSaw()
    {
        Assert.All(s_prompts.Training, prompt => Assert.All(Sources(prompt), source => Assert.Equal(CorpusSplit.Validation, source.Split)));
        Assert.All(s_prompts.HeldOut, prompt => Assert.All(Sources(prompt), source => Assert.Equal(CorpusSplit.Test, source.Split)));
        Assert.DoesNotContain(s_prompts.Training, prompt => prompt.Domain.Contains(CorpusReader.Unseen, StringComparison.Ordinal));
    }

    [Fact]
    public void NoDocument_IsInTwoSplits() => Assert.All(
        s_prompts.Training.SelectMany(prompt => Sources(prompt).Select(source => (source.Id, prompt.Split)))
            .Distinct().CountBy(at => at.Id),
        document => Assert.Equal(1, document.Value));

    [Fact]
    public void ThereAreAsManyAsAskedFor_OfEachDomainAlike()
    {
        Prompt[] original = [.. s_prompts.Training.Where(prompt => prompt.Variant == PromptVariants.Original)];
        Assert.InRange(original.Length, 495, 505);
        Assert.All(original.CountBy(prompt => prompt.Domain), domain => Assert.InRange(domain.Value, 160, 170));
        Assert.InRange(s_prompts.Training.Count(prompt => prompt.Variant == PromptVariants.Spliced), 95, 102);
        Assert.InRange(s_prompts.Training.Count(prompt => prompt.Variant == PromptVariants.Normalised), 120, 130);
        Assert.All(
            s_prompts.Training.CountBy(prompt => prompt.Split),
            split => Assert.InRange(split.Value, split.Key == PromptSplits.Train ? 500 : 40, split.Key == PromptSplits.Train ? 700 : 80));

        Assert.Equal(120, s_prompts.HeldOut.Count(prompt => prompt is { Variant: PromptVariants.Original, Split: PromptSplits.Test }));
        Assert.Equal(40, s_prompts.HeldOut.Count(prompt => prompt.Variant == PromptVariants.Spliced));
        Assert.Equal(30, s_prompts.HeldOut.Count(prompt => prompt is { Domain: CorpusReader.Unseen, Split: PromptSplits.Unseen }));
    }

    [Fact]
    public void SplicedPrompts_AreOfTwoDomains() => Assert.All(
        s_prompts.Training.Where(prompt => prompt.Variant == PromptVariants.Spliced), prompt =>
        {
            string[] domains = prompt.Domain.Split('+');
            Assert.Equal(2, domains.Distinct().Count());
            Assert.Equal(domains, Sources(prompt).Select(source => source.Domain));
        });

    [Fact]
    public void NormalisedPrompts_AreCopiesOfOthers() => Assert.All(
        s_prompts.Training.Where(prompt => prompt.Variant == PromptVariants.Normalised), prompt =>
        {
            Prompt original = Assert.Single(s_prompts.Training, other => other.Id == prompt.Id && other.Variant == PromptVariants.Original);
            Assert.Equal(TextNormalization.Normalize(original.Text), prompt.Text);
            Assert.Equal(original.Split, prompt.Split);
        });

    [Fact]
    public void TheSameSeed_TakesTheSame_AndAnotherOneDoesNot()
    {
        Assert.Equal(s_prompts.Training, PromptSampler.Sample(s_documents, s_settings).Training);
        Assert.NotEqual(s_prompts.Training, PromptSampler.Sample(s_documents, s_settings with { Seed = 4 }).Training);
    }

    [Fact]
    public void Hints_AreOfDocumentsThatExpertsSaw_AndAThirdOfThemMixDomains()
    {
        SampledPrompts prompts = PromptSampler.Sample(s_documents, s_settings with { Hints = 300 });
        Assert.Equal(s_prompts.HeldOut, prompts.HeldOut);
        Prompt[] hints = [.. prompts.Training.Where(prompt => prompt.Split == PromptSplits.Hint)];
        Assert.Equal(s_prompts.Training, prompts.Training.Except(hints));
        Assert.All(hints, prompt => Assert.All(Sources(prompt), source => Assert.Equal(CorpusSplit.Train, source.Split)));
        Prompt[] mixed = [.. hints.Where(prompt => prompt.Variant == PromptVariants.Spliced)];
        Assert.Equal(200, hints.Count(prompt => prompt.Variant == PromptVariants.Original));
        Assert.Equal(100, mixed.Length);
        Assert.All(mixed, prompt => Assert.Equal(prompt.Domain.Split('+'), Sources(prompt).Select(source => source.Domain).Distinct()));
        Assert.Equal([2, 3], mixed.Select(prompt => prompt.Domain.Split('+').Length).Distinct().Order());
    }

    [Fact]
    public void Files_GiveBackWhatWasWritten_AndFillInWhatIsMissing()
    {
        using TemporaryFolder folder = new();
        foreach (string name in new[] { "prompts.jsonl", "prompts.jsonl.gz" })
        {
            PromptFile.Write(folder.File(name), s_prompts.HeldOut);
            Assert.Equal(s_prompts.HeldOut, PromptFile.Read(folder.File(name)));
        }

        File.WriteAllLines(folder.File("own.jsonl"), Enumerable.Range(0, 600).Select(i => $$"""{"text":"number {{i}}"}"""));
        IReadOnlyList<Prompt> own = PromptFile.Read(folder.File("own.jsonl"));
        Assert.Equal(600, own.DistinctBy(prompt => prompt.Id).Count());
        Assert.All(own.CountBy(prompt => prompt.Split), split => Assert.InRange(split.Value, 25, 550));
        Assert.Equal(3, own.CountBy(prompt => prompt.Split).Count());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"text":" "}""")]
    [InlineData("nothing")]
    public void AFileOfSomethingElse_IsRefused(string line)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("own.jsonl"), line);
        Assert.Throws<InvalidDataException>(() => PromptFile.Read(folder.File("own.jsonl")));
    }

    private static IEnumerable<CorpusDocument> Documents(string domain)
    {
        Random random = new(domain.Length);
        for (int i = 0; i < 400; i++)
        {
            string[] sentences = [.. Enumerable.Range(0, random.Next(1, 14)).Select(_ => Sentence(domain[..3].ToUpperInvariant(), random))];
            CorpusSplit split = domain == CorpusReader.Unseen ? CorpusSplit.Test : (CorpusSplit)(i % 3);
            yield return new CorpusDocument($"{domain}-corpus-{i % 2}", domain, $"{domain}-{i}", split, string.Join(' ', sentences), 0);
        }
    }

    private static string Sentence(string start, Random random) =>
        string.Join(' ', Enumerable.Range(0, random.Next(4, 14)).Select(_ => $"{start}{random.Next(500)}")) + ".";

    private static CorpusDocument[] Sources(Prompt prompt) => [.. prompt.Id.Split('+').Select(id =>
        Assert.Single(s_documents, document => $"{document.Corpus}/{document.Id}" == id[..id.IndexOf('#', StringComparison.Ordinal)]))];
}
