namespace Godwit.Scheduler.Simulation;

/// <summary>
/// Memory lost to fragmentation, as the paper's figure 12 has it: blocks that are free somewhere, with which requests at the heads of
/// lines could begin if only they lay together, as a share of all blocks.
/// </summary>
internal static class FragmentedShare
{
    public static double Of(IReadOnlyList<SimulatedInstance> instances, EngineModel model)
    {
        long free = 0;
        List<int> blocked = [];
        foreach (SimulatedInstance instance in instances)
        {
            SimulatedEngine engine = instance.Engine;
            int available = Math.Max(0, engine.Free - model.WatermarkBlocks);
            free += available;
            if (engine.Waiting.Count > 0 && model.BlocksFor(engine.Waiting[0].Known) is int demand && demand > available)
            {
                blocked.Add(demand);
            }
        }

        blocked.Sort();
        long lost = 0;
        foreach (int demand in blocked)
        {
            if (lost + demand > free)
            {
                break;
            }

            lost += demand;
        }

        return instances.Count == 0 ? 0 : (double)lost / ((long)instances.Count * model.Blocks);
    }
}
