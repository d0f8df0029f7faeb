using Godwit.Worker.Engine;
using Running = Godwit.Worker.Engine.BatchScheduler.RunningState;
using Supply = Godwit.Worker.Engine.BatchScheduler.BlockSupply;
using Waiting = Godwit.Worker.Engine.BatchScheduler.WaitingState;

namespace Godwit.Worker.Tests.Engine;

public sealed class BatchSchedulerTests
{
    private static readonly EngineOptions s_options =
        new() { MaxSequences = 4, MaxTokensPerStep = 32, PrefillChunkTokens = 16, WatermarkShare = 0 };

    [Fact]
    public void Plan_DecodesComeFirst_PrefillGetsTheRest()
    {
        StepSchedule schedule = Plan([Runs(100, 0, 0), Runs(50, 49, 1), Runs(20, 19, 2)], [], Plenty(), s_options);
        Assert.Equal([16, 1, 1], schedule.Tokens);
        Assert.Empty(schedule.Preempted);
    }

    [Fact]
    public void Plan_BudgetIsSpentInOrderOfUrgency()
    {
        EngineOptions options = new() { MaxSequences = 16, MaxTokensPerStep = 20, PrefillChunkTokens = 16 };
        StepSchedule schedule = Plan([Runs(100, 0, 0), Runs(100, 0, 1), Runs(9, 8, 2)], [], Plenty(), options);
        Assert.Equal([16, 3, 1], schedule.Tokens);
    }

    [Fact]
    public void Plan_AllReadySequencesJoinInTheSameStep()
    {
        StepSchedule schedule = Plan([], [Waits(5, 1, 0), Waits(6, 1, 1), Waits(7, 1, 2)], Blocks(3), s_options);
        Assert.Equal([5, 6, 7], schedule.Admitted);
    }

    [Fact]
    public void Plan_CachedTokensAreNotComputed()
    {
        StepSchedule schedule = Plan([], [new Waiting(40, 32, 3, 2, 0, new Urgency(0, 0))], Blocks(1), s_options);
        Assert.Equal([8], schedule.Admitted);
    }

    [Fact]
    public void Plan_HeadDoesNotFit_NobodyOvertakesIt() =>
        Assert.Empty(Plan([], [Waits(100, 8, 0), Waits(5, 1, 1)], Blocks(7), s_options).Admitted);

    [Fact]
    public void Plan_AtMostMaxSequences() => Assert.Equal(
        3, Plan([Runs(5, 4, 0)], [.. Enumerable.Range(1, 5).Select(i => Waits(5, 1, i))], Plenty(), s_options).Admitted.Count);

    [Fact]
    public void Plan_WatermarkIsLeftToThoseThatRun_ButNotWhenNobodyDoes()
    {
        EngineOptions options = new() { MaxSequences = 4, MaxTokensPerStep = 32, WatermarkShare = 0.1 };
        Assert.Empty(Plan([Runs(5, 4, 0)], [Waits(5, 2, 1)], Blocks(2, total: 10), options).Admitted);
        Assert.Single(Plan([Runs(5, 4, 0)], [Waits(5, 1, 1)], Blocks(2, total: 10), options).Admitted);
        Assert.Single(Plan([], [Waits(5, 2, 1)], Blocks(2, total: 10), options).Admitted);
    }

    [Fact]
    public void Plan_OutOfBlocks_TheLeastUrgentMakesRoom_AndNobodyNewJoins()
    {
        Supply blocks = new(8, 0, (i, _) => i == 0 ? 1 : 0, _ => 2);
        StepSchedule schedule = Plan([Runs(17, 16, 0), Runs(20, 19, 1), Runs(20, 19, 2)], [Waits(5, 1, 3)], blocks, s_options);
        Assert.Equal([2], schedule.Preempted);
        Assert.Equal([1, 1, 0], schedule.Tokens);
        Assert.Empty(schedule.Admitted);
    }

    [Fact]
    public void Plan_TheNeedyOneIsTheLeastUrgent_ItMakesRoomItself()
    {
        Supply blocks = new(8, 0, (i, _) => i == 1 ? 1 : 0, _ => 4);
        StepSchedule schedule = Plan([Runs(20, 19, 0), Runs(17, 16, 1)], [], blocks, s_options);
        Assert.Equal([1], schedule.Preempted);
        Assert.Equal([1, 0], schedule.Tokens);
    }

    [Fact]
    public void Plan_VictimsThatShareTheirBlocksFreeNothing_MoreArePreempted()
    {
        Supply blocks = new(8, 0, (i, _) => i == 0 ? 1 : 0, i => i == 1 ? 1 : 0);
        StepSchedule schedule = Plan([Runs(17, 16, 0), Runs(20, 19, 1), Runs(20, 19, 2)], [], blocks, s_options);
        Assert.Equal([1, 2], schedule.Preempted);
        Assert.Equal([1, 0, 0], schedule.Tokens);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 1)]
    public void Plan_OnlyHigherPriorityTakesARunningOnesPlace(int priority, int admitted)
    {
        var newcomer = new Waiting(5, 0, 1, 0, priority, Urgency.Of(priority, step: 10, arrival: 9, agingSteps: 100));
        Running[] running = [.. Enumerable.Range(0, 4).Select(i => Runs(20, 19, i))];
        StepSchedule schedule = Plan(running, [newcomer], Plenty(), s_options);
        Assert.Equal(admitted, schedule.Admitted.Count);
        Assert.Equal(admitted == 0 ? [] : [3], schedule.Preempted);
    }

    [Fact]
    public void Plan_HigherPriorityThatWouldNotFitAnyway_PreemptsNobody()
    {
        var newcomer = new Waiting(200, 0, 9, 0, -5, new Urgency(-5000, 9));
        Supply blocks = new(10, 1, (_, _) => 0, _ => 2);
        StepSchedule schedule = Plan([Runs(20, 19, 0), Runs(20, 19, 1)], [newcomer], blocks, s_options);
        Assert.Empty(schedule.Preempted);
        Assert.Equal([1, 1], schedule.Tokens);
    }

    [Fact]
    public void Plan_BlocksThatAnAdmittedOneShares_AreNotThereForTheNext_WhenTheirHolderMakesRoom()
    {
        Running[] running = [Runs(32, 31, 0) with { Priority = 5, Urgency = new Urgency(500, 0) }];
        Waiting shares = new(40, 32, 3, 2, 0, new Urgency(0, 1));
        Waiting needs = new(20, 0, 2, 0, 0, new Urgency(0, 2));
        Supply blocks = new(10, 1, (_, _) => 0, _ => 2);
        Assert.Equal([0], Plan(running, [needs], blocks, s_options).Preempted);
        StepSchedule schedule = Plan(running, [shares, needs], blocks, s_options);
        Assert.Equal([8], schedule.Admitted);
        Assert.Empty(schedule.Preempted);
    }

    [Fact]
    public void Plan_PromptsThatAreScored_ShareTheRowsOfLogitsThatOneEachLeavesOver()
    {
        Running Scored(int arrival) => Runs(100, 0, arrival) with { ScoresPrompt = true };
        Assert.Equal([4], Plan([Scored(0)], [], Plenty(), s_options).Tokens);
        Assert.Equal([3, 1], Plan([Scored(0), Runs(20, 19, 1)], [], Plenty(), s_options).Tokens);
        Assert.Equal([1, 1, 1, 1], Plan([.. Enumerable.Range(0, 4).Select(Scored)], [], Plenty(), s_options).Tokens);
        Assert.Equal([2, 1, 16], Plan([.. Enumerable.Range(0, 2).Select(Scored), Runs(100, 0, 2)], [], Plenty(), s_options).Tokens);
        Waiting waits = Waits(100, 1, 1) with { ScoresPrompt = true };
        Assert.Equal([3], Plan([Runs(20, 19, 0)], [waits, waits], Plenty(), s_options).Admitted);
    }

    [Fact]
    public void Plan_Drafts_GetTheRowsAndTheBudgetThatAreLeft_InOrderOfUrgency()
    {
        Running Drafts(int arrival, int drafts) => Runs(20, 19, arrival) with { Drafts = drafts };
        StepSchedule schedule = Plan([Drafts(0, 1), Drafts(1, 5)], [], Plenty(), s_options);
        Assert.Equal([1, 1], schedule.Tokens);
        Assert.Equal([1, 1], schedule.Drafts);
        Assert.Equal([0, 0, 0, 0], Plan([.. Enumerable.Range(0, 4).Select(i => Drafts(i, 3))], [], Plenty(), s_options).Drafts);

        // The scored prompt takes the spare rows, the prefill the budget, the newcomer a row.
        Running scored = Runs(100, 0, 1) with { ScoresPrompt = true };
        Assert.Equal([0, 0], Plan([Drafts(0, 3), scored], [], Plenty(), s_options).Drafts);
        EngineOptions narrow = new() { MaxSequences = 8, MaxTokensPerStep = 18, PrefillChunkTokens = 16 };
        Assert.Equal([1, 0], Plan([Drafts(0, 3), Runs(100, 0, 1)], [], Plenty(), narrow).Drafts);
        schedule = Plan([Drafts(0, 5)], [Waits(5, 1, 1)], Plenty(), s_options);
        Assert.Equal([5], schedule.Admitted);
        Assert.Equal([2], schedule.Drafts);
    }

    [Fact]
    public void Plan_Drafts_TakeOnlyBlocksThatNobodyWaitsFor_AndPreemptNobody()
    {
        // The last token has its place; each further one wants a block.
        Supply Available(int available) => new(10, available, (_, tokens) => tokens - 1, _ => 2);
        Running drafting = Runs(20, 19, 0) with { Drafts = 3 };
        Assert.Equal([2], Plan([drafting], [], Available(2), s_options).Drafts);
        Assert.Equal([0], Plan([drafting], [], Available(0), s_options).Drafts);
        StepSchedule schedule = Plan([drafting, drafting], [], Available(1), s_options);
        Assert.Equal([1, 0], schedule.Drafts);
        Assert.Empty(schedule.Preempted);
        Assert.Equal([0], Plan([drafting], [Waits(100, 9, 1)], Available(5), s_options).Drafts);
        EngineOptions watermark = new() { MaxSequences = 4, MaxTokensPerStep = 32, WatermarkShare = 0.4 };
        Assert.Equal([1], Plan([drafting], [], Available(5), watermark).Drafts);
        Assert.Equal([0], Plan([drafting], [], Available(3), watermark).Drafts);

        // Whoever pauses or makes room has none.
        Supply scarce = new(8, 0, (i, tokens) => i == 0 ? tokens : 0, _ => 1);
        schedule = Plan([drafting, drafting], [], scarce, s_options);
        Assert.Equal([1], schedule.Preempted);
        Assert.Equal([0, 0], schedule.Drafts);
    }

    [Fact]
    public void Urgency_PriorityWinsAtFirst_AgeInTheEnd()
    {
        Urgency old = Urgency.Of(priority: 3, step: 0, arrival: 0, agingSteps: 100);
        Assert.True(Urgency.Of(priority: 0, step: 299, arrival: 1, agingSteps: 100).ComesBefore(old));
        Assert.False(Urgency.Of(priority: 0, step: 300, arrival: 2, agingSteps: 100).ComesBefore(old));
    }

    private static StepSchedule Plan(Running[] running, Waiting[] waiting, Supply blocks, EngineOptions options)
    {
        var schedule = new StepSchedule();
        BatchScheduler.Plan(running, new BatchScheduler.WaitingQueue(waiting.Length, i => waiting[i]), blocks, options, schedule);
        return schedule;
    }

    private static Running Runs(int known, int computed, int arrival) => new(known, computed, 0, new Urgency(0, arrival));

    private static Waiting Waits(int known, int cost, int arrival) => new(known, 0, cost, 0, 0, new Urgency(0, arrival));

    private static Supply Plenty() => Blocks(1000);

    private static Supply Blocks(int available, int total = 1000) => new(total, available, (_, _) => 0, _ => 0);
}
