using System.Text.Json.Serialization;
using Godwit.Scheduler.Dispatch;
using Godwit.Scheduler.Migration;
using Godwit.Scheduler.Scaling;

namespace Godwit.Scheduler.Decisions;

/// <summary>A decision with all its inputs, as logged: <see cref="DecisionReplay"/> makes it again from them.</summary>
/// <param name="AtMs">When, in milliseconds on the log's own clock.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(DispatchDecided), "dispatch")]
[JsonDerivedType(typeof(MigrationDecided), "migration")]
[JsonDerivedType(typeof(ScalingDecided), "scaling")]
internal abstract record Decision(long AtMs);

/// <summary>A request was given an instance.</summary>
/// <param name="AtMs">When.</param>
/// <param name="Inputs">What it depended on.</param>
/// <param name="Plan">What came of it; its policy is an input too.</param>
internal sealed record DispatchDecided(long AtMs, DispatchInputs Inputs, DispatchPlan Plan) : Decision(AtMs);

/// <summary>A round of pairing.</summary>
/// <param name="AtMs">When.</param>
/// <param name="Inputs">What it depended on.</param>
/// <param name="Plan">What came of it.</param>
internal sealed record MigrationDecided(long AtMs, MigrationInputs Inputs, MigrationPlan Plan) : Decision(AtMs);

/// <summary>The number of instances was looked at.</summary>
/// <param name="AtMs">When.</param>
/// <param name="Inputs">What it depended on.</param>
/// <param name="Plan">What came of it.</param>
internal sealed record ScalingDecided(long AtMs, ScalingInputs Inputs, ScalingPlan Plan) : Decision(AtMs);
