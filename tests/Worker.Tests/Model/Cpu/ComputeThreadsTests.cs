using Godwit.Worker.Model.Cpu;

namespace Godwit.Worker.Tests.Model.Cpu;

public sealed class ComputeThreadsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void EveryTask_RunsOnce_AndIsDoneWhenTheCallReturns(int threads)
    {
        using var pool = new ComputeThreads(threads);
        using var never = new ManualResetEventSlim();
        var random = new Random(threads);
        int[] runs = new int[200];
        for (int job = 0; job < 3000; job++)
        {
            int tasks = random.Next(1, runs.Length + 1);
            Array.Clear(runs);
            int strangers = 0;
            pool.Run(tasks, 10_000, (task, thread) =>
            {
                runs[task]++;
                if (thread < 0 || thread >= threads)
                {
                    Interlocked.Increment(ref strangers);
                }
            });

            Assert.All(runs.Take(tasks), count => Assert.Equal(1, count));
            Assert.All(runs.Skip(tasks), count => Assert.Equal(0, count));
            Assert.Equal(0, strangers);
            if (job % 500 == 0)
            {
                // Long enough for the helpers to fall asleep.
                never.Wait(20);
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void TasksThatWaitForEachOther_AllRunAtOnce(int threads)
    {
        using var pool = new ComputeThreads(threads);
        using var never = new ManualResetEventSlim();
        using var barrier = new Barrier(threads);
        int[] threadOf = new int[threads];
        for (int job = 0; job < 20; job++)
        {
            int met = 0;
            pool.Run(threads, 10_000, (task, thread) =>
            {
                threadOf[task] = thread;
                if (barrier.SignalAndWait(TimeSpan.FromMinutes(1)))
                {
                    Interlocked.Increment(ref met);
                }
            });

            Assert.Equal(threads, met);
            Assert.Equal(Enumerable.Range(0, threads), threadOf.Order());
            if (job % 5 == 0)
            {
                never.Wait(20);
            }
        }
    }

    [Fact]
    public void LittleWork_IsDoneByTheCallerAlone()
    {
        using var pool = new ComputeThreads(4);
        int caller = Environment.CurrentManagedThreadId, elsewhere = 0;
        for (int job = 0; job < 100; job++)
        {
            pool.Run(8, 10, (_, _) => elsewhere += Environment.CurrentManagedThreadId == caller ? 0 : 1);
        }

        Assert.Equal(0, elsewhere);
    }
}
