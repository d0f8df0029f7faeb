namespace Godwit.Protocol.Tests.Simulation;

/// <summary>Everything about one run that chance decides beforehand; chance on the way decides delays and what links do.</summary>
internal sealed class Schedule
{
    public const int Workers = 3;

    private static readonly string[] Triggers =
    [
        "Run", "Adopt", "Attach", "SendPrepare", "SendPrepared", "AskProgress", "Copy", "Stop", "SendLast", "SendReady", "Offer", "Unpark",
        "SendAbort", "Free", "Drop", "Start", "Replay", "Resume", "Keep", "Release", "Choose",
    ];

    public Schedule(ulong seed)
    {
        Seed = seed;
        Dice dice = new(seed);
        Requests = dice.Next(1, 2);
        bool isLong = dice.Chance(12);
        Answers = new Answer[Requests];
        Starts = new long[Requests];
        for (int request = 0; request < Requests; request++)
        {
            Answers[request] = new Answer(request, dice, isLong);
            Starts[request] = dice.Ms(0, 300);
        }

        Step = dice.Ms(10, isLong ? 150 : 60);
        BlocksPerToken = dice.Chance(15) ? dice.Next(3, 8) : 0;
        Delay = dice.Ms(1, dice.Chance(30) ? 100 : 8);
        int mood = dice.Next(0, 99);

        // A quarter has moves, refusals and slowness alone; a third has links that lose, double and reorder single messages.
        bool isCalm = mood < 25;
        if (mood >= 65)
        {
            Loss = dice.Next(0, 6);
            Doubling = dice.Next(0, 10);
            Straggling = dice.Next(0, 10);
        }

        IsPoison = !isCalm && dice.Chance(2);
        int orders = dice.Next(1, 5);
        int others = isCalm ? dice.Next(0, 3) : dice.Next(1, 4);
        for (int i = 0; i < orders; i++)
        {
            Faults.Add(new Fault(
                FaultKind.Order, dice.Ms(20, isLong ? 5000 : 1000), null, 0, dice.Next(0, Requests - 1), dice.Next(1, Workers), 0, 0));
        }

        for (int i = 0; i < others; i++)
        {
            Faults.Add(Draw(dice, isCalm));
        }
    }

    private Schedule(Schedule other, List<Fault> faults)
    {
        (Seed, Requests, Answers, Starts, Step) = (other.Seed, other.Requests, other.Answers, other.Starts, other.Step);
        (BlocksPerToken, Delay) = (other.BlocksPerToken, other.Delay);
        (Loss, Doubling, Straggling) = (other.Loss, other.Doubling, other.Straggling);
        IsPoison = other.IsPoison;
        Faults = faults;
    }

    public ulong Seed { get; }

    public int Requests { get; }

    public Answer[] Answers { get; }

    /// <summary>When each request comes.</summary>
    public long[] Starts { get; }

    /// <summary>Length of an engine's step.</summary>
    public long Step { get; }

    /// <summary>0: two tokens fill a block; else so many blocks a token, so that copying may not keep up.</summary>
    public int BlocksPerToken { get; }

    /// <summary>Longest ordinary delay of a message.</summary>
    public long Delay { get; }

    /// <summary>Percent of messages that are lost.</summary>
    public int Loss { get; private set; }

    /// <summary>Percent of messages that are doubled.</summary>
    public int Doubling { get; private set; }

    /// <summary>Percent of messages that come late, and so out of order.</summary>
    public int Straggling { get; private set; }

    /// <summary>The first request kills every worker that begins with it.</summary>
    public bool IsPoison { get; }

    public List<Fault> Faults { get; } = [];

    /// <summary>Single messages are lost, doubled or late: worse than any connection does.</summary>
    public bool HasWildLinks => Loss + Doubling + Straggling > 0;

    /// <summary>Longest delay that a message can have without a partition.</summary>
    public long LongestDelay => (HasWildLinks ? 2 * Span.Second : 0) + (2 * Delay);

    public bool IsCalm => !HasWildLinks && !IsPoison && !Faults.Exists(fault => fault.IsFailure);

    /// <summary>The same without one of its faults.</summary>
    public Schedule Without(int fault)
    {
        List<Fault> fewer = [.. Faults];
        fewer.RemoveAt(fault);
        return new Schedule(this, fewer);
    }

    /// <summary>The same with links that do not lose, double or reorder.</summary>
    public Schedule WithTameLinks() => new(this, Faults) { Loss = 0, Doubling = 0, Straggling = 0 };

    public override string ToString() =>
        $"seed {Seed}: {Requests} request(s) of {string.Join(" + ", Answers.Select(answer => string.Join('/', answer.Lengths)))} tokens, "
        + $"step {new TimeSpan(Step).TotalMilliseconds:0} ms, delay {new TimeSpan(Delay).TotalMilliseconds:0.0} ms, loss {Loss} %, "
        + $"doubling {Doubling} %, straggling {Straggling} %, blocks per token {BlocksPerToken}{(IsPoison ? ", poison" : string.Empty)}\n"
        + string.Join('\n', Faults.Select(fault => "  " + fault));

    private Fault Draw(Dice dice, bool isCalm)
    {
        FaultKind kind = isCalm ? (FaultKind)dice.Next((int)FaultKind.Order, (int)FaultKind.ClientLeaves)
            : (FaultKind)dice.Next((int)FaultKind.Preempt, (int)FaultKind.EngineError);
        if (kind == FaultKind.CrashGateway && dice.Chance(60))
        {
            kind = FaultKind.CrashWorker;
        }

        long length = dice.Chance(50) ? dice.Ms(50, 1500) : dice.Ms(1500, 9000);
        bool isTriggered = dice.Chance(65);
        return new Fault(
            kind,
            isTriggered ? (dice.Chance(50) ? 0 : dice.Ms(0, 40)) : dice.Ms(0, 1500),
            isTriggered ? Triggers[dice.Next(0, Triggers.Length - 1)] : null,
            dice.Chance(70) ? 0 : dice.Next(1, 3),
            dice.Next(0, Requests - 1),
            isTriggered ? dice.Next(0, 1) : dice.Next(1, Workers),
            dice.Next(0, 5),
            length);
    }
}
