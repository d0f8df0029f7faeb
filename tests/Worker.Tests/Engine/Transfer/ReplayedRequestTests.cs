using Godwit.Worker.Engine;
using Godwit.Worker.Sampling;
using Godwit.Worker.StructuredOutput;

namespace Godwit.Worker.Tests.Engine.Transfer;

/// <summary>
/// Requests that go on from tokens sampled elsewhere, by prefill: each gives exactly what it gives when it samples them itself.
/// </summary>
public sealed class ReplayedRequestTests
{
    private static readonly SamplingParams s_greedy = new() { Temperature = 0, MaxTokens = 40, IgnoreEos = true };

    [Theory]
    [InlineData("stories260k", true, 0, 1)]
    [InlineData("stories260k", false, 3, 2)]
    [InlineData("babyllama", true, 2, 3)]
    [InlineData("stories260k", true, 0, 115)]
    public async Task RandomRequests_AreExact_WhereverTheyWereCut(string model, bool prefixCaching, int drafts, int seed)
    {
        var options = new EngineOptions
        {
            KvBlocks = 22,
            MaxSequences = 8,
            MaxTokensPerStep = 48,
            PrefillChunkTokens = 20,
            PrefixCaching = prefixCaching,
            PromptLookupTokens = drafts,
        };
        using var cluster = new EngineCluster(model, options, engines: 1);
        var source = new RandomRequests(cluster, seed);
        var random = new Random(seed);
        for (int round = 0; round < 8; round++)
        {
            GenerationRequest[] all = [.. Enumerable.Range(0, 10).Select(_ => source.Next(mostTokens: 90, promptLogprobs: true))];
            Transcript[] expected = await Task.WhenAll(all.Select(cluster.RunAloneAsync));
            bool[] scored = [.. all.Select(_ => random.Next(3) != 0)];
            GenerationRequest[] replays = [.. all.Select((request, i) => request with
            {
                Outputs = Cut(request, expected[i], random),
                ReplayLogprobs = scored[i],
                Alone = random.Next(12) == 0,
            })];
            Transcript[] actual = await Task.WhenAll(
                replays.Select(request => Task.Run(() => Transcript.ReadAsync(cluster.Engines[0].Submit(request)))));
            for (int i = 0; i < all.Length; i++)
            {
                actual[i].AssertEqual(expected[i], logprobs: scored[i]);
            }

            await cluster.AssertAllFreeAsync();
        }

        Assert.True(cluster.Engines[0].Status.Totals.Preemptions > 0, "nobody was preempted");
    }

    [Fact]
    public async Task WithoutScores_OutputsOfReplayedTokensCarryNoLogprobs_LaterOnesDo()
    {
        using var cluster = new EngineCluster("stories260k", new EngineOptions { KvBlocks = 64 }, engines: 1);
        GenerationRequest request = Request(cluster, s_greedy with { Logprobs = 2 });
        Transcript expected = await cluster.RunAloneAsync(request);
        Transcript actual = await Transcript.ReadAsync(
            cluster.Engines[0].Submit(request with { Outputs = [expected.Tokens(1)[0].Take(20).ToList()] }));
        actual.AssertEqual(expected, logprobs: false);
        Assert.All(actual.Outputs.Where(o => o.FirstIndex < 20), o => Assert.Null(o.Logprobs));
        Assert.All(actual.Outputs.Where(o => o.FirstIndex >= 20), o => Assert.Equal(o.TokenIds.Count, o.Logprobs!.Count));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public async Task ScoredPrompt_IsScoredAgain_WhateverIsKnownOfTheOutput(int? logprobs)
    {
        using var cluster = new EngineCluster("stories260k", new EngineOptions { KvBlocks = 64 }, engines: 1);
        GenerationRequest request = Request(cluster, s_greedy with { PromptLogprobs = 1, Logprobs = logprobs }) with { ChoicesPerPrompt = 3 };
        Transcript expected = await cluster.RunAloneAsync(request);
        IReadOnlyList<IReadOnlyList<int>> tokens = expected.Tokens(3);
        (await Transcript.ReadAsync(cluster.Engines[0].Submit(request with
        {
            Outputs = [tokens[0], [.. tokens[1].Take(11)], []],
            ReplayLogprobs = true,
        }))).AssertEqual(expected);
    }

    [Fact]
    public async Task WholeOutput_NeedsNoStep_UnlessItIsScored()
    {
        using var cluster = new EngineCluster("stories260k", new EngineOptions { KvBlocks = 64 }, engines: 1);
        GenerationRequest request = Request(cluster, s_greedy with { Logprobs = 2 }) with { ChoicesPerPrompt = 2 };
        Transcript expected = await cluster.RunAloneAsync(request);
        GenerationRequest replay = request with { Outputs = expected.Tokens(2) };
        (await Transcript.ReadAsync(cluster.Engines[0].Submit(replay))).AssertEqual(expected, logprobs: false);
        Assert.Equal(0, cluster.Engines[0].Status.Totals.Steps);

        (await Transcript.ReadAsync(cluster.Engines[0].Submit(replay with { ReplayLogprobs = true }))).AssertEqual(expected);
        Assert.Equal(0, cluster.Engines[0].Status.Totals.GeneratedTokens);
    }

    [Fact]
    public async Task AReplayIsAPrefill_NotAStepPerToken()
    {
        using var cluster = new EngineCluster("stories260k", new EngineOptions { KvBlocks = 64, PrefillChunkTokens = 256 }, engines: 1);
        GenerationRequest request = Request(cluster, s_greedy with { MaxTokens = 200, Logprobs = 0 });
        Transcript expected = await cluster.RunAloneAsync(request);
        GenerationRequest replay = request with { Outputs = [expected.Tokens(1)[0].Take(199).ToList()], ReplayLogprobs = true };
        (await Transcript.ReadAsync(cluster.Engines[0].Submit(replay))).AssertEqual(expected);

        // A row of logits per place and step.
        Assert.InRange(cluster.Engines[0].Status.Totals.Steps, 1, 1 + (200 / cluster.Options.MaxSequences) + 1);
    }

    [Fact]
    public void WhatARequestCannotHaveSampled_IsRefused()
    {
        using var cluster = new EngineCluster("stories260k", new EngineOptions { KvBlocks = 64 }, engines: 1);
        GenerationRequest request = Request(cluster, s_greedy);
        Refuse(request, [1, 2], [3]);
        Refuse(request, [512]);
        Refuse(request, [-1]);
        Refuse(request, [.. Enumerable.Repeat(300, 41)]);
        Refuse(request with { Sampling = s_greedy with { StopTokenIds = [300] } }, [300, 301]);
        Refuse(request with { Constraint = cluster.Constraints.Compile(Constraint.JsonObject) }, [300]);
        Assert.Throws<InvalidDataException>(() => cluster.Engines[0].PrepareAdoption(request with { Outputs = [[512]] }));

        void Refuse(GenerationRequest refused, params int[][] outputs) =>
            Assert.Throws<InvalidDataException>(() => cluster.Engines[0].Submit(refused with { Outputs = outputs }));
    }

    private static GenerationRequest Request(EngineCluster cluster, SamplingParams sampling) =>
        new("r", [cluster.Encode("Once upon a time")], sampling);

    // Some choices whole, some not begun, most somewhere between.
    private static List<IReadOnlyList<int>> Cut(GenerationRequest request, Transcript transcript, Random random) =>
    [
        .. transcript.Tokens(request.Prompts.Count * request.ChoicesPerPrompt).Select(tokens => random.Next(6) switch
        {
            0 => [],
            1 => tokens,
            _ => (IReadOnlyList<int>)[.. tokens.Take(random.Next(tokens.Count + 1))],
        }),
    ];
}
