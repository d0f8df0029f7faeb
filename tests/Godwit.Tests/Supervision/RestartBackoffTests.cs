using Godwit.CommandLine.Supervision;

namespace Godwit.CommandLine.Tests.Supervision;

public sealed class RestartBackoffTests
{
    [Fact]
    public void Next_CrashAfterCrash_DoublesUpToFiveSeconds()
    {
        RestartBackoff backoff = new();
        double[] delays = [.. Enumerable.Range(0, 9).Select(_ => backoff.Next(TimeSpan.FromSeconds(1)).TotalMilliseconds)];
        Assert.Equal([100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000], delays);
    }

    [Fact]
    public void Next_AfterLifeOfThirtySeconds_StartsOver()
    {
        RestartBackoff backoff = new();
        for (int i = 0; i < 5; i++)
            backoff.Next(TimeSpan.Zero);
        Assert.Equal(3200, backoff.Next(TimeSpan.FromSeconds(29.999)).TotalMilliseconds);
        Assert.Equal(100, backoff.Next(TimeSpan.FromSeconds(30)).TotalMilliseconds);
        Assert.Equal(200, backoff.Next(TimeSpan.Zero).TotalMilliseconds);
    }
}
