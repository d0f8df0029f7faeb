using CsCheck;
using Godwit.Scheduler.Cluster;
using Godwit.Scheduler.Dispatch;

namespace Godwit.Scheduler.Tests.Dispatch;

public sealed class DispatchPoliciesTests
{
    public static TheoryData<string> Names => [.. DispatchPolicies.All.Select(policy => policy.Name)];

    [Fact]
    public void They_have_the_names_that_the_operator_knows() => Assert.Equal(
        ["llumnix", "least-loaded", "round-robin", "power-of-two", "prefix"], DispatchPolicies.All.Select(policy => policy.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_choice_does_not_depend_on_the_order_of_the_instances(string name) =>
        Gen.Select(TestLoads.Cluster, Gen.Int, Gen.ULong, Gen.Int[-1, 0]).Sample((loads, seed, draw, priority) =>
        {
            (InstanceLoad Load, int Cached)[] shuffled = [.. loads.Select((load, i) => (load, i * 7))];
            DispatchInputs straight = Inputs(loads, priority, draw) with { PrefixTokens = [.. shuffled.Select(pair => pair.Cached)] };
            new Random(seed).Shuffle(shuffled);
            DispatchInputs other = straight with
            {
                Instances = [.. shuffled.Select(pair => pair.Load)],
                PrefixTokens = [.. shuffled.Select(pair => pair.Cached)],
            };
            Assert.Equal(Choose(name, straight), Choose(name, other));
        });

    [Theory]
    [MemberData(nameof(Names))]
    public void The_chosen_one_is_ready_and_allowed_and_there_is_one_if_any_is(string name) =>
        Gen.Select(TestLoads.Cluster, Gen.Int[0, 9], Gen.ULong).Sample((loads, excluded, draw) =>
        {
            DispatchInputs inputs = Inputs(loads, 0, draw);
            inputs = inputs with { Question = inputs.Question with { Exclude = [$"i{excluded}"] } };
            string[] allowed = [.. loads.Where(load => load.IsReady && load.Id != $"i{excluded}").Select(load => load.Id)];
            string? chosen = Choose(name, inputs).Instance;
            Assert.Equal(allowed.Length == 0, chosen is null);
            Assert.True(chosen is null || allowed.Contains(chosen));
        });

    [Fact]
    public void Llumnix_takes_the_highest_freeness() => Gen.Select(TestLoads.Cluster, Gen.Bool).Sample((loads, high) =>
    {
        InstanceLoad? chosen = Chosen("llumnix", Inputs(loads, high ? -1 : 0));
        if (chosen is not null)
        {
            Assert.All(loads, load => Assert.True(Freeness.ForDispatch(load, 1600, high, 1) <= Freeness.ForDispatch(chosen, 1600, high, 1)));
        }
    });

    [Fact]
    public void Least_loaded_takes_the_smallest_share_of_blocks_the_queue_included() => TestLoads.Cluster.Sample(loads =>
    {
        InstanceLoad? chosen = Chosen("least-loaded", Inputs(loads));
        Assert.All(loads.Where(load => load.IsReady), load => Assert.True(LoadOrder.Share(chosen!) <= LoadOrder.Share(load)));
    });

    [Theory]
    [InlineData("llumnix")]
    [InlineData("least-loaded")]
    [InlineData("prefix")]
    public void Load_on_its_way_counts_like_load_that_arrived(string name)
    {
        InstanceLoad a = TestLoads.Idle("a") with { BlocksUsed = 5, Running = 1 };
        InstanceLoad b = TestLoads.Idle("b") with { BlocksUsed = 10, Running = 1 };
        Assert.Equal("a", Choose(name, Inputs([a, b])).Instance);
        Assert.Equal("b", Choose(name, Inputs([a with { SentRequests = 1, SentBlocks = 11 }, b])).Instance);
    }

    [Theory]
    [InlineData("llumnix")]
    [InlineData("least-loaded")]
    public void Ties_go_to_the_one_with_fewer_sequences_then_to_the_smaller_id(string name)
    {
        InstanceLoad a = TestLoads.Idle("a"), b = TestLoads.Idle("b");
        Assert.Equal("b", Choose(name, Inputs([a with { Running = 2 }, b with { Running = 1 }])).Instance);
        Assert.Equal("a", Choose(name, Inputs([b, a])).Instance);
    }

    [Fact]
    public void Round_robin_takes_each_in_turn()
    {
        InstanceLoad[] loads = [TestLoads.Idle("b"), TestLoads.Idle("a"), TestLoads.Idle("c")];
        Assert.Equal(
            ["a", "b", "c", "a"], Enumerable.Range(0, 4).Select(turn => Choose("round-robin", Inputs(loads) with { Turn = turn }).Instance));
    }

    [Fact]
    public void Power_of_two_never_takes_the_most_loaded_and_takes_any_other()
    {
        InstanceLoad[] loads = [.. Enumerable.Range(0, 5).Select(i => TestLoads.Idle($"i{i}") with { Running = i })];
        Random random = new(1);
        string?[] chosen = [.. Enumerable.Range(0, 1000).Select(_ => Choose("power-of-two", Inputs(loads, 0, (ulong)random.NextInt64())).Instance)];
        Assert.Equal(["i0", "i1", "i2", "i3"], chosen.Distinct().Order());
    }

    [Fact]
    public void Prefix_takes_the_one_that_has_the_prompt_unless_it_is_hot()
    {
        InstanceLoad a = TestLoads.Idle("a") with { BlocksUsed = 15, Running = 1 };
        DispatchInputs inputs = Inputs([a, TestLoads.Idle("b")]) with
        {
            Question = new DispatchQuestion("r", PromptTokens: 300, Priority: 0, Exclude: []),
            PrefixTokens = [300, 0],
        };
        Assert.Equal("a", Choose("prefix", inputs).Instance);
        Assert.Equal("b", Choose("prefix", inputs with { Instances = [a with { BlocksUsed = 21 }, TestLoads.Idle("b")] }).Instance);
        Assert.Equal("b", Choose("prefix", inputs with { Instances = [a with { Waiting = 1 }, TestLoads.Idle("b")] }).Instance);
    }

    [Fact]
    public void Affinity_never_piles_onto_a_hot_instance() =>
        Gen.Select(TestLoads.Cluster, Gen.Int[0, 100].Array[10], Gen.Int[1, 100]).Sample((loads, cached, prompt) =>
        {
            DispatchInputs inputs = Inputs(loads) with { PrefixTokens = [.. cached.Take(loads.Length)] };
            inputs = inputs with { Question = inputs.Question with { PromptTokens = prompt } };
            InstanceLoad? chosen = Chosen("prefix", inputs);
            if (chosen is not null)
            {
                double emptiest = loads.Where(load => load.IsReady).Min(LoadOrder.Share);
                Assert.True(LoadOrder.Share(chosen) <= emptiest + inputs.Settings.AffinitySlack);
            }
        });

    [Theory]
    [InlineData(1, 1)]
    [InlineData(16, 1)]
    [InlineData(17, 2)]
    [InlineData(500, 32)]
    [InlineData(0, 1)]
    [InlineData(int.MaxValue, 32)]
    public void Blocks_to_begin_are_those_of_the_prompt_within_the_context(int prompt, int blocks) =>
        Assert.Equal(blocks, DispatchPolicies.BlocksToBegin(prompt, blockSizeTokens: 16, contextLength: 512));

    private static DispatchPlan Choose(string name, DispatchInputs inputs) => DispatchPolicies.Find(name)!.Choose(inputs);

    private static InstanceLoad? Chosen(string name, DispatchInputs inputs) =>
        inputs.Instances.SingleOrDefault(load => load.Id == Choose(name, inputs).Instance);

    private static DispatchInputs Inputs(IReadOnlyList<InstanceLoad> loads, int priority = 0, ulong draw = 0) =>
        new(new DispatchQuestion("r", PromptTokens: 10, priority, []), loads, PrefixTokens: null, Turn: 0, draw, new DispatchSettings());
}
