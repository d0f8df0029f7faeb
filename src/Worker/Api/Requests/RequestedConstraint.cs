using Godwit.Worker.StructuredOutput;

namespace Godwit.Worker.Api.Requests;

/// <summary>What a request wants its output to be.</summary>
/// <param name="Constraint">The constraint.</param>
/// <param name="Param">The field that holds it, for errors.</param>
internal sealed record RequestedConstraint(Constraint Constraint, string Param);
