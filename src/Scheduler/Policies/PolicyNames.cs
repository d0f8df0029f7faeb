using System.Text.Json.Serialization;
using Godwit.Contracts.OpenAI;
using Godwit.Scheduler.Decisions;
using Godwit.Scheduler.Dispatch;

namespace Godwit.Scheduler.Policies;

/// <summary>The policies in force by their names: body and answer of <c>/policy</c>, and what Redis keeps of it.</summary>
/// <param name="Dispatch">Name of the dispatch policy; null in a body: as it is.</param>
/// <param name="Migration"><c>llumnix</c>: freeness is evened out by moving requests; <c>off</c>: it is not; null in a body: as it is.</param>
internal sealed record PolicyNames(string? Dispatch, string? Migration)
{
    private const string On = "llumnix";
    private const string Off = "off";

    /// <summary>The names of what is in force.</summary>
    public static PolicyNames Of(PolicySettings settings) => new(settings.Dispatch, settings.Migration.Enabled ? On : Off);

    /// <summary>What is wrong with them as a body; null when nothing is.</summary>
    public ApiError? Refuse() => this switch
    {
        { Dispatch: null, Migration: null } => ApiError.Invalid(
            "The body must have 'dispatch', 'migration' or both.", "dispatch", ApiErrorCodes.MissingField),
        { Dispatch: { } dispatch } when DispatchPolicies.Find(dispatch) is null => ApiError.Invalid(
            $"'dispatch' must be one of {string.Join(", ", DispatchPolicies.All.Select(policy => policy.Name))}.",
            "dispatch",
            ApiErrorCodes.InvalidValue),
        { Migration: not (null or On or Off) } => ApiError.Invalid(
            $"'migration' must be one of {On}, {Off}.", "migration", ApiErrorCodes.InvalidValue),
        _ => null,
    };

    /// <summary>The settings with these names in their place.</summary>
    public PolicySettings ApplyTo(PolicySettings settings) => settings with
    {
        Dispatch = Dispatch ?? settings.Dispatch,
        Migration = settings.Migration with { Enabled = Migration is null ? settings.Migration.Enabled : Migration == On },
    };
}

/// <summary>JSON of <see cref="PolicyNames"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(PolicyNames))]
internal sealed partial class PolicyJson : JsonSerializerContext;
