using Godwit.Scheduler.Dispatch;
using Godwit.Scheduler.Migration;

namespace Godwit.Scheduler.Decisions;

/// <summary>Which policies are in force: what <c>GET|PUT /policy</c> shows and changes.</summary>
/// <param name="Dispatch">Name of the dispatch policy, one of <see cref="DispatchPolicies.All"/>.</param>
/// <param name="DispatchSettings">How it weighs instances.</param>
/// <param name="Migration">When requests are moved.</param>
internal sealed record PolicySettings(string Dispatch, DispatchSettings DispatchSettings, MigrationSettings Migration)
{
    /// <summary>The default.</summary>
    public static PolicySettings Default { get; } = new(DispatchPolicies.Default, new DispatchSettings(), new MigrationSettings());
}
