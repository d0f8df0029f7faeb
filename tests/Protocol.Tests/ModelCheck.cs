using System.Text;
using Godwit.Protocol.Tests.Simulation;

namespace Godwit.Protocol.Tests;

/// <summary>Runs schedules, and makes of one that fails the shortest that it finds, with its trace.</summary>
internal static class ModelCheck
{
    /// <summary>Runs schedules until one breaks an invariant, and tells of it; null: all hold.</summary>
    public static string? Run(ulong seed, int schedules, BrokenRule broken, ModelCoverage coverage)
    {
        for (int i = 0; i < schedules; i++)
        {
            Schedule schedule = new(Dice.Mix(seed + (ulong)i));
            World world = new(schedule, broken, trace: null);
            if (Violation(world) is { } violation)
            {
                return Tell(Shrink(schedule, violation, broken), broken);
            }

            coverage.Add(world);
        }

        return null;
    }

    /// <summary>One schedule and its trace.</summary>
    public static string Tell(Schedule schedule, BrokenRule broken)
    {
        List<string> trace = [];
        string? violation = Violation(new World(schedule, broken, trace));
        StringBuilder text = new();
        text.AppendLine(violation ?? "it holds").AppendLine(schedule.ToString());
        foreach (string line in trace)
        {
            text.AppendLine(line);
        }

        return text.ToString();
    }

    private static Schedule Shrink(Schedule schedule, string violation, BrokenRule broken)
    {
        if (schedule.HasWildLinks && Violation(new World(schedule.WithTameLinks(), broken, null)) == violation)
        {
            schedule = schedule.WithTameLinks();
        }

        for (int fault = schedule.Faults.Count - 1; fault >= 0; fault--)
        {
            Schedule fewer = schedule.Without(fault);
            if (Violation(new World(fewer, broken, null)) == violation)
            {
                schedule = fewer;
            }
        }

        return schedule;
    }

    private static string? Violation(World world)
    {
        try
        {
            world.Run();
            return null;
        }
        catch (ViolationException violation)
        {
            return violation.Message;
        }
    }
}
