using System.Text.Json;
using System.Text.RegularExpressions;
using Godwit.Worker.Engine;
using Godwit.Worker.Sampling;
using Godwit.Worker.StructuredOutput;
using Godwit.Worker.StructuredOutput.Frames;

namespace Godwit.Worker.Tests.Engine;

/// <summary>Constraints through the whole engine, on a real model that has never seen JSON.</summary>
public sealed class ConstraintInEngineTests
{
    private const string Opening = "Once upon a time";

    private const string Person =
        """
        {"type":"object","properties":{"name":{"type":"string","maxLength":12},"age":{"type":"integer","minimum":1,"maximum":99}},
        "required":["name","age"],"additionalProperties":false}
        """;

    private static readonly SamplingParams s_wild = new() { Temperature = 1.5, MaxTokens = 60 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Json_ParsesAndEndsByItself_WhateverTheSeed(long seed)
    {
        using var fixture = new EngineFixture();
        foreach ((string text, FinishReason? finish) in await RunAsync(fixture, Constraint.JsonSchema(Person), s_wild with { Seed = seed }, 8))
        {
            using JsonDocument document = JsonDocument.Parse(text);
            Assert.InRange(document.RootElement.GetProperty("age").GetInt32(), 1, 99);
            Assert.InRange(document.RootElement.GetProperty("name").GetString()!.EnumerateRunes().Count(), 0, 12);
            Assert.Equal(FinishReason.Stop, finish);
        }

        foreach ((string text, _) in await RunAsync(fixture, Constraint.JsonObject, s_wild with { Seed = seed }, 8))
        {
            Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(text).RootElement.ValueKind);
        }
    }

    [Fact]
    public async Task TheSmallestBudget_GivesAWholeOutput()
    {
        using var fixture = new EngineFixture();
        var constraint = Constraint.JsonSchema(Person);
        int least = fixture.Constraints.Compile(constraint).MinTokens;
        foreach ((string text, _) in await RunAsync(fixture, constraint, s_wild with { MaxTokens = least }, 4))
        {
            Assert.True(JsonDocument.Parse(text).RootElement.TryGetProperty("name", out _), text);
        }
    }

    [Fact]
    public async Task RegexAndChoices_AreKept()
    {
        using var fixture = new EngineFixture();
        foreach ((string text, _) in await RunAsync(fixture, Constraint.Regex("[A-Z][a-z]{2,5} [0-9]{3}"), s_wild, 4))
        {
            Assert.Matches(new Regex("^[A-Z][a-z]{2,5} [0-9]{3}\\z", RegexOptions.CultureInvariant), text);
        }

        foreach ((string text, FinishReason? finish) in await RunAsync(fixture, Constraint.Choice(["yes", "no", "perhaps"]), s_wild, 8))
        {
            Assert.Contains(text, (string[])["yes", "no", "perhaps"]);
            Assert.Equal(FinishReason.Stop, finish);
        }
    }

    [Fact]
    public async Task BesideOthers_WithPreemptions_AnOutputIsThatOfItsSoloRun()
    {
        var options = new EngineOptions { KvBlocks = 12, CheckInvariants = true };
        using var fixture = new EngineFixture(options: options);
        var constraint = Constraint.JsonSchema(Person);
        string[] alone = new string[6];
        for (int i = 0; i < alone.Length; i++)
        {
            alone[i] = (await RunAsync(fixture, constraint, s_wild with { Seed = i }, 1)).Single().Text;
        }

        string story = (await fixture.RunAsync(new SamplingParams { Temperature = 0, MaxTokens = 60 }, Opening))[0].Text;
        long before = fixture.Engine.Status.Totals.Preemptions;
        var stories = fixture.RunAsync(new SamplingParams { Temperature = 0, MaxTokens = 60 }, Opening, Opening);
        (string Text, FinishReason? Finish)[][] together = await Task.WhenAll(
            alone.Select((_, i) => RunAsync(fixture, constraint, s_wild with { Seed = i }, 1)));
        Assert.Equal(alone, together.Select(t => t[0].Text));
        Assert.All(await stories, s => Assert.Equal(story, s.Text));
        EngineStatus status = await fixture.StatusAsync(s => s.SequencesRunning == 0);
        Assert.True(status.Totals.Preemptions > before);
        Assert.Equal(0, status.KvBlocksUsed);
    }

    [Fact]
    public async Task AnAnswerThatIsWhole_IsNotHeldOpen()
    {
        using var fixture = new EngineFixture();
        SamplingParams held = s_wild with { MinTokens = 20 };
        foreach (Constraint constraint in (Constraint[])[Constraint.JsonSchema("""{"enum":[1,2,3]}"""), Constraint.Choice(["yes", "no"]), Constraint.Regex("(ab){1,3}")])
        {
            foreach (SamplingParams sampling in (SamplingParams[])[held, held with { IgnoreEos = true }, s_wild with { IgnoreEos = true, SkipSpecialTokens = false }])
            {
                foreach ((string text, FinishReason? finish) in await RunAsync(fixture, constraint, sampling, 4))
                {
                    Assert.True(
                        text is "yes" or "no" or "ab" or "abab" or "ababab" || JsonDocument.Parse(text).RootElement.GetDouble() is 1 or 2 or 3, text);
                    Assert.Equal(FinishReason.Stop, finish);
                }
            }
        }
    }

    [Fact]
    public async Task AsLongAsItCanGoOn_ItDoes_WhereTheEndIsIgnored()
    {
        using var fixture = new EngineFixture();
        foreach (SamplingParams sampling in (SamplingParams[])[s_wild with { IgnoreEos = true, MaxTokens = 20 }, s_wild with { MinTokens = 20, MaxTokens = 20 }])
        {
            foreach ((string text, FinishReason? finish) in await RunAsync(fixture, Constraint.Regex("[a-z]+"), sampling, 4))
            {
                Assert.InRange(text.Length, 20, 200);
                Assert.Equal(FinishReason.Stop, finish);
            }
        }
    }

    [Fact]
    public async Task WhatLeavesNoToken_FailsAlone()
    {
        using var fixture = new EngineFixture();
        Task<(List<int> Tokens, string Text, FinishReason? Finish)[]> good = fixture.RunAsync(s_wild, Opening);
        int only = fixture.Tokenizer.Encode("the", addSpecialTokens: false)[0];
        var error = await Assert.ThrowsAsync<SamplingException>(
            () => RunAsync(fixture, Constraint.Regex("[0-9]+"), s_wild with { AllowedTokenIds = [only] }, 2));
        Assert.True(error.NothingAllowed);
        Assert.NotEmpty((await good)[0].Tokens);
    }

    [Fact]
    public async Task AMaskThatCannotBeWorkedOut_FailsItsRequestAlone()
    {
        using var fixture = new EngineFixture();
        var broken = new CompiledConstraint(new BrokenFrame(), fixture.Constraints.Masks, 0);
        Task<(List<int> Tokens, string Text, FinishReason? Finish)[]> plain = fixture.RunAsync(s_wild, Opening);
        Task<(string Text, FinishReason? Finish)[]> json = RunAsync(fixture, Constraint.JsonObject, s_wild, 4);
        await Assert.ThrowsAsync<NotSupportedException>(() => RunAsync(fixture, broken, s_wild, 3));
        Assert.NotEmpty((await plain)[0].Tokens);
        Assert.All(await json, r => Assert.Equal(FinishReason.Stop, r.Finish));
        Assert.Equal(0, (await fixture.StatusAsync(s => s.SequencesRunning == 0)).KvBlocksUsed);
    }

    private static async Task<(string Text, FinishReason? Finish)[]> RunAsync(
        EngineFixture fixture, Constraint constraint, SamplingParams sampling, int choices) =>
        await RunAsync(fixture, await fixture.Constraints.CompileAsync(constraint), sampling, choices);

    private static async Task<(string Text, FinishReason? Finish)[]> RunAsync(
        EngineFixture fixture, CompiledConstraint compiled, SamplingParams sampling, int choices)
    {
        IReadOnlyList<int> prompt = fixture.Tokenizer.Encode(Opening, addSpecialTokens: true);
        using Generation generation = fixture.Engine.Submit(
            new GenerationRequest("r", [prompt], sampling, ChoicesPerPrompt: choices, Constraint: compiled));
        var results = new (string Text, FinishReason? Finish)[choices];
        await foreach (SequenceOutput output in generation.Outputs.ReadAllAsync())
        {
            results[output.Choice] = (results[output.Choice].Text + output.Text, output.Finish);
        }

        return results;
    }

    /// <summary>An automaton with a fault.</summary>
    private sealed class BrokenFrame() : Frame(null)
    {
        public override void Read(byte value, List<Frame> into) => throw new NotSupportedException();

        public override Frame Localize() => throw new NotSupportedException();

        public override bool SameAs(Frame other) => ReferenceEquals(this, other);

        public override int LocalHash() => 0;

        protected override int OwnNeed() => 1;
    }
}
