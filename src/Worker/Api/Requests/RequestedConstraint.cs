using Godwit.Worker.StructuredOutput;

namespace Godwit.Worker.Api.Requests;

/// <summary>What a request wants its output to be.</summary>
/// <param name="Constraint">The constraint.</param>
/// <param name="Param">The field that holds it, for errors.</param>
internal sealed record RequestedConstraint(Constraint Constraint, string Param)
{
    /// <summary>The fields that hold the tags' schemas, if it is made of tags.</summary>
    public IReadOnlyList<string> TagParams { get; init; } = [];
}
