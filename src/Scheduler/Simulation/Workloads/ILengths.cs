namespace Godwit.Scheduler.Simulation.Workloads;

/// <summary>Where lengths of prompts or answers come from.</summary>
internal interface ILengths
{
    /// <summary>Draws lengths, in tokens, each at least 1.</summary>
    int[] Draw(int count, SplitMix random);
}
