using Godwit.Contracts.OpenAI;
using Godwit.Contracts.Selection;

namespace Godwit.Router.Selection;

/// <summary>What is wrong with a call to <c>/select</c>, in OpenAI's shape.</summary>
internal static class SelectRefusals
{
    private const int MaxNames = 1024;

    /// <summary>The error of a malformed request; null: there is none.</summary>
    public static ApiError? Of(SelectRequest? request) => request switch
    {
        null or { Prompt: null } => ApiError.Invalid("'prompt' is missing.", "prompt", ApiErrorCodes.MissingField),
        { PromptTokens: < 0 } or { MaxTokens: < 0 } or { PreviousTokens: < 0 } =>
            Value("Numbers of tokens cannot be negative.", "prompt_tokens"),
        { Preset: { } preset } when !PresetNames.All.Contains(preset) =>
            Value($"There is no preset '{preset}'; there are {string.Join(", ", PresetNames.All)}.", "preset"),
        { Models: { } models } when Malformed(models) => Value($"'models' must be at most {MaxNames} names.", "models"),
        { Needs: { } needs } when Malformed(needs) => Value($"'needs' must be at most {MaxNames} names.", "needs"),
        { Goals: { } goals } => goals.Select(goal => Of(goal.Key, goal.Value)).FirstOrDefault(error => error is not null),
        _ => null,
    };

    /// <summary>The error when no expert may be chosen.</summary>
    public static ApiError NobodyEligible(SelectRequest request, SelectionDecision decision, IReadOnlyList<Candidate> candidates)
    {
        if (decision.Excluded.All(reason => reason == ExclusionReasons.NoInstance))
        {
            return ApiError.Overloaded("No expert has an instance that takes requests.");
        }

        IEnumerable<string> reasons = candidates
            .Select((candidate, i) => (candidate.Facts.Id, Reason: decision.Excluded[i]))
            .Where(expert => expert.Reason != ExclusionReasons.NoInstance)
            .Take(16)
            .Select(expert => $"{expert.Id}: {expert.Reason}");
        return Value(
            $"No expert may be chosen ({string.Join(", ", reasons)}).", request.Models is null ? null : "models");
    }

    private static ApiError? Of(string goal, double weight) =>
        GoalWeights.IndexOf(goal) < 0
            ? Value($"There is no goal '{goal}'; there are {string.Join(", ", GoalNames.All)}.", "goals")
        : !GoalNames.IsWeight(weight) ? Value($"The weight of '{goal}' must be 0 to {GoalNames.MaxWeight}.", "goals")
        : null;

    private static bool Malformed(IReadOnlyList<string> names) => names.Count > MaxNames || names.Any(name => name is null);

    private static ApiError Value(string message, string? param) => ApiError.Invalid(message, param, ApiErrorCodes.InvalidValue);
}
