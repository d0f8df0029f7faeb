using Godwit.Contracts.OpenAI;

namespace Godwit.Worker.Api.Requests;

/// <summary>How many choices a prompt gets.</summary>
/// <param name="Answered"><c>n</c>: choice i of prompt p has the index p·n + i in the answer.</param>
/// <param name="Generated"><c>best_of</c>: as many are generated, and the most likely of them answered.</param>
internal readonly record struct ChoiceCount(int Answered, int Generated)
{
    /// <summary>Reads <c>n</c> and <c>best_of</c>.</summary>
    public static ChoiceCount Read(ApiKind kind, Fields fields, bool stream)
    {
        int answered = fields.Integer("n", 1, ApiLimits.ChoicesPerPrompt) ?? 1;
        int? bestOf = kind == ApiKind.Text ? fields.Integer("best_of", 1, ApiLimits.BestOf) : null;
        if (bestOf < answered)
        {
            throw ApiException.InvalidValue("best_of", $"'best_of' ({bestOf}) must not be less than 'n' ({answered}).");
        }

        return bestOf > answered && stream
            ? throw ApiException.InvalidValue("best_of", "'best_of' above 'n' is not allowed when 'stream' is true.")
            : new ChoiceCount(answered, bestOf ?? answered);
    }

    /// <summary>Refuses what would be too much for one request, before anything is allocated for it.</summary>
    public void RequireAffordable(int prompts, int? maxTokens)
    {
        long choices = (long)prompts * Generated;
        bool tooMany = choices > ApiLimits.ChoicesPerRequest
            || (choices > 1 && choices * (maxTokens ?? 0) > ApiLimits.TokensPerRequest);
        if (tooMany)
        {
            throw new ApiException(ApiError.Invalid(
                $"The request asks for {choices} choices of up to {maxTokens?.ToString() ?? "any number of"} tokens; one request may have "
                    + $"{ApiLimits.ChoicesPerRequest} choices and {ApiLimits.TokensPerRequest} tokens ('max_tokens' times choices).",
                Generated > Answered ? "best_of" : "n",
                ApiErrorCodes.RequestTooExpensive));
        }
    }
}
