using Godwit.Scheduler.Decisions;

namespace Godwit.Scheduler.Tests.Decisions;

public sealed class LogBudgetTests
{
    private const int Mb = 1024 * 1024;

    [Fact]
    public void What_is_beyond_a_second_waits_for_the_next()
    {
        LogBudget budget = new(new DecisionOptions { MaxMbPerSecond = 2 }, frequency: 1000, now: 0);
        Assert.True(budget.Allows(0));
        budget.Spend(Mb);
        Assert.True(budget.Allows(0));
        budget.Spend(2 * Mb);
        Assert.False(budget.Allows(0));
        Assert.False(budget.Allows(500));
        Assert.True(budget.Allows(501));

        // What was not used does not add up beyond a second.
        Assert.True(budget.Allows(1_000_000));
        budget.Spend(2 * Mb);
        Assert.False(budget.Allows(1_000_000));
    }

    [Fact]
    public void Long_lines_are_fewer()
    {
        LogBudget budget = new(new DecisionOptions { Capacity = 1000, MaxMb = 1 }, frequency: 1000, now: 0);
        Assert.Equal(1000, budget.Keep);
        budget.Spend(100);
        Assert.Equal(1000, budget.Keep);
        for (int i = 0; i < 500; i++)
        {
            budget.Spend(Mb / 64);
        }

        Assert.InRange(budget.Keep, 64, 65);
        for (int i = 0; i < 500; i++)
        {
            budget.Spend(10 * Mb);
        }

        Assert.Equal(16, budget.Keep);
    }
}
