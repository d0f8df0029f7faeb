namespace Godwit.Scheduler.Decisions;

/// <summary>The policies in force, changed by the operator while the program runs.</summary>
internal sealed class ActivePolicies
{
    private volatile PolicySettings _current = PolicySettings.Default;

    /// <summary>The policies in force.</summary>
    public PolicySettings Current
    {
        get => _current;
        set => _current = value;
    }
}
