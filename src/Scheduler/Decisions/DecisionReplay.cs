using System.Text.Json;
using Godwit.Scheduler.Dispatch;
using Godwit.Scheduler.Migration;
using Godwit.Scheduler.Scaling;

namespace Godwit.Scheduler.Decisions;

/// <summary>Makes logged decisions again from their inputs.</summary>
internal static class DecisionReplay
{
    /// <summary>The decision that the policies make of the same inputs now.</summary>
    /// <exception cref="InvalidDataException">It names a policy that there is not.</exception>
    public static Decision Again(Decision decision) => decision switch
    {
        DispatchDecided dispatch => dispatch with
        {
            Plan = (DispatchPolicies.Find(dispatch.Plan.Policy)
                ?? throw new InvalidDataException($"A decision names the policy '{dispatch.Plan.Policy}', which there is not."))
                .Choose(dispatch.Inputs),
        },
        MigrationDecided migration => migration with { Plan = MigrationPolicy.Plan(migration.Inputs) },
        ScalingDecided scaling => scaling with { Plan = ScalingPolicy.Plan(scaling.Inputs) },
        _ => throw new InvalidDataException($"A decision of kind {decision.GetType().Name} cannot be replayed."),
    };

    /// <summary>Whether the policies decide the same again: compared as they are logged, to the last digit.</summary>
    public static bool IsReproduced(Decision decision) => Write(Again(decision)) == Write(decision);

    /// <summary>One line of a log.</summary>
    public static string Write(Decision decision) => JsonSerializer.Serialize(decision, DecisionJson.Default.Decision);

    /// <summary>Reads a line of a log.</summary>
    /// <exception cref="InvalidDataException">It is no decision.</exception>
    public static Decision Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, DecisionJson.Default.Decision)
                ?? throw new InvalidDataException("A logged decision is null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"A line of the log is no decision: {e.Message}", e);
        }
    }
}
