using System.Text.Json.Serialization;
using Godwit.Contracts.Migration;
using Godwit.Scheduler.Dispatch;

namespace Godwit.Scheduler.Explain;

/// <summary>Answer of <c>GET /explain/{request}</c>: why a request ran where it ran.</summary>
/// <param name="Request">Its id inside the cluster.</param>
/// <param name="Model">Its model.</param>
/// <param name="Dispatch">How its first instance was chosen.</param>
/// <param name="Moves">Planned moves.</param>
/// <param name="Recoveries">Unplanned ones.</param>
internal sealed record Explanation(
    string Request,
    string Model,
    DispatchExplanation Dispatch,
    IReadOnlyList<RequestMove> Moves,
    IReadOnlyList<RequestRecovery> Recoveries);

/// <summary>How an instance was chosen.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Inputs">What it depended on; null when the Gateway chose by itself, or the log has forgotten.</param>
internal sealed record DispatchExplanation(string Instance, string Policy, DispatchInputs? Inputs);

/// <summary>JSON of <see cref="Explanation"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(Explanation))]
internal sealed partial class ExplainJson : JsonSerializerContext;
