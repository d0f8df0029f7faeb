namespace Godwit.Scheduler.Dispatch;

/// <summary>
/// The instances that a request may go to, in the order of their ids, so that a draw means the same however they were listed.
/// </summary>
internal static class AllowedInstances
{
    public static List<string> Of(DispatchInputs inputs)
    {
        List<string> allowed = new(inputs.Instances.Count);
        for (int i = 0; i < inputs.Instances.Count; i++)
        {
            if (inputs.Allows(i))
            {
                allowed.Add(inputs.Instances[i].Id);
            }
        }

        allowed.Sort(StringComparer.Ordinal);
        return allowed;
    }
}
