namespace Godwit.Contracts.Scheduling;

/// <summary>Paths of a supervisor's listener; only the Scheduler calls them, with the cluster secret.</summary>
public static class SupervisorPaths
{
    /// <summary>
    /// POST <see cref="StartOrder"/> starts workers and answers 202 with <see cref="InstanceIds"/>; DELETE of <c>/{id}</c> stops one as soon
    /// as it is empty, or after a deadline, and answers 202.
    /// </summary>
    public const string Instances = "/internal/instances";
}
