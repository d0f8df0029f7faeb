using System.Collections.Concurrent;
using CsCheck;
using Godwit.Contracts.Frames;
using Godwit.Contracts.Migration;
using Godwit.Gateway.Forwarding.Protocol;
using Godwit.Testing;

namespace Godwit.Gateway.Tests.Forwarding;

/// <summary>Whatever happens to a request on its way, its client gets the bytes of an undisturbed run.</summary>
[Collection(RedisCollection.Name)]
public sealed class RandomFatesTests(RedisServers servers)
{
    private const int Workers = 8;
    private const string Full = """{"error":{"message":"full","type":"server_error","param":null,"code":"server_is_overloaded"}}""";

    private static readonly Gen<(int Prompts, int Choices, int Tokens, bool IsStream, (Fate Fate, int Frames)[] Fates)> Cases = Gen.Select(
        Gen.Int[1, 2], Gen.Int[1, 2], Gen.Int[1, 14], Gen.Bool, Gen.Select(Gen.Enum<Fate>(), Gen.Int[0, 9]).Array[0, 7].Select(Bounded));

    [Fact]
    public async Task Moves_and_failures_in_any_order_give_the_same_bytes()
    {
        ConcurrentQueue<(Fate Fate, int Frames)> fates = [];
        PlannedAnswer current = new(1, 1, 1, isStream: true);
        await using PlayedCluster cluster = await PlayedCluster.StartAsync(
            servers,
            Workers,
            () => current,
            (cluster, worker, call) => PlayAsync(cluster, worker, call, fates),
            times: OwnerTimes.Default with { Headers = TimeSpan.FromSeconds(1), FirstFrame = TimeSpan.FromSeconds(1) },
            settings: ("Gateway:Forwarding:TakeOverWaitMs", "60000"));
        await Cases.SampleAsync(
            async sample =>
            {
                current = new PlannedAnswer(sample.Prompts, sample.Choices, sample.Tokens, sample.IsStream);
                fates.Clear();
                foreach ((Fate Fate, int Frames) fate in sample.Fates)
                {
                    fates.Enqueue(fate);
                }

                int before = cluster.Calls.Length;
                (string text, _) = await cluster.AnswerAsync();
                WorkerCall[] calls = [.. cluster.CallsInOrder.Skip(before)];
                Assert.True(current.Expected == text, $"{text}\n{string.Join('\n', calls.Select(call => $"{call.Epoch} {call.Path}"))}");
                Assert.Equal(Enumerable.Range(1, calls.Length), calls.Select(call => call.Epoch));
                Assert.All(calls.Where(call => call.Head is not null), call => AssertHead(call.Head!, current));
            },
            iter: 60,
            threads: 1);
    }

    private static async Task PlayAsync(PlayedCluster cluster, int worker, WorkerCall call, ConcurrentQueue<(Fate Fate, int Frames)> fates)
    {
        if (!fates.TryDequeue(out (Fate Fate, int Frames) next))
        {
            await cluster.PlayAsync(call);
            return;
        }

        switch (next.Fate)
        {
            case Fate.Move:
                await cluster.MoveAsync(call, next.Frames, (worker + 1 + next.Frames) % Workers);
                await SayTooLateAsync(call);
                break;
            case Fate.Repeat:
                await cluster.PlayAsync(call, Short(cluster, call, next.Frames));
                Frame[] frames = [.. cluster.Answer.Frames(call.From)];
                Frame[] again = [.. frames.Take(Short(cluster, call, next.Frames)).Where(frame => frame.TokenIds.Count > 0)];
                foreach (Frame frame in again.Concat(frames.Skip(Short(cluster, call, next.Frames))))
                {
                    await call.SendAsync(frame);
                }

                break;
            case Fate.Cease:
                await cluster.PlayAsync(call, Short(cluster, call, next.Frames));
                break;
            case Fate.Die:
                await cluster.DieAsync(call, Short(cluster, call, next.Frames));
                break;
            case Fate.Lose:
                int[] at = await cluster.PlayAsync(call, Short(cluster, call, next.Frames));
                await call.SendAsync(FrameFlags.None, at[0] + 1, [666], "data: no\n\n");
                break;
            case Fate.Refuse:
                await call.RefuseAsync(503, Full);
                break;
            case Fate.GiveBack:
                await cluster.PlayAsync(call, Short(cluster, call, next.Frames));
                await call.SendAsync(FrameFlags.Error, 0, [], Full);
                break;
            case Fate.Hang when call.Resume is not null:
                await call.FreezeAsync();
                break;
            case Fate.HangAfterHeaders when call.Path == InternalPaths.Resume:
                await call.AcceptAsync();
                await call.FreezeAsync();
                break;
            default:
                // A start may take its time, and so may a keep after its headers; they only end when the worker does. (Headers first: bare ones may overtake the reset, and be taken
                // for an answer that declines.)
                await call.AcceptAsync();
                await call.DieAsync();
                break;
        }
    }

    // Never all of the answer: what is whole cannot fail.
    private static int Short(PlayedCluster cluster, WorkerCall call, int frames) =>
        Math.Min(frames, cluster.Answer.Frames(call.From).Count() - 1);

    private static async Task SayTooLateAsync(WorkerCall call)
    {
        try
        {
            await call.SendAsync(FrameFlags.None, call.From(0), [666], "data: no\n\n");
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Its connection is closed already.
        }
    }

    private static void AssertHead(CallHead head, PlannedAnswer answer)
    {
        Assert.Equal(head.Outputs.Select(output => output.Count), head.From);
        for (int choice = 0; choice < head.Outputs.Count; choice++)
        {
            Assert.Equal(Enumerable.Range(0, head.From[choice]).Select(position => PlannedAnswer.Token(choice, position)), head.Outputs[choice]);
        }

        Assert.Equal(head.Prompts.Index().Select(prompt => answer.Prompt(prompt.Index)), head.Prompts);
    }

    /// <summary>No more failures than a request survives, and than there are workers for.</summary>
    private static (Fate Fate, int Frames)[] Bounded((Fate Fate, int Frames)[] fates)
    {
        int crashes = 0;
        int refusals = 0;
        int returns = 0;
        return
        [
            .. fates.Where(fate => fate.Fate switch
            {
                Fate.Move or Fate.Repeat => true,
                Fate.Refuse => ++refusals <= 1,
                Fate.GiveBack => ++returns <= 1,
                _ => ++crashes <= 2,
            }),
        ];
    }
}
