using Godwit.Contracts.OpenAI;
using Godwit.Worker.StructuredOutput;

namespace Godwit.Worker.Api.Requests;

/// <summary>Makes the automaton of what a request wants its output to be, or says why there is none.</summary>
internal static class OutputConstraint
{
    /// <summary>The automaton; null when the output may be anything, or there is none.</summary>
    /// <exception cref="ApiException">It cannot be compiled, or there are fewer tokens than its shortest output needs.</exception>
    public static async Task<CompiledConstraint?> CompileAsync(CompletionRequest request, ServedModel model, CancellationToken cancel)
    {
        if (request.Constraint is not { } wanted || request.Sampling.MaxTokens == 0)
        {
            return null;
        }

        try
        {
            CompiledConstraint compiled = await model.Compile(wanted.Constraint, cancel);
            RequireBudget(request, compiled.MinTokens, model.ContextLength);
            return compiled;
        }
        catch (ConstraintException error)
        {
            string code = error.IsTooComplex ? ApiErrorCodes.SchemaTooComplex : ApiErrorCodes.InvalidSchema;
            throw new ApiException(ApiError.Invalid(error.Message, error.Tag is int tag ? wanted.TagParams[tag] : wanted.Param, code));
        }
    }

    // A constraint that cannot be kept is refused now, not broken at the end.
    private static void RequireBudget(CompletionRequest request, int least, int contextLength)
    {
        int room = contextLength - request.Prompts.Max(prompt => prompt.Count);
        int budget = Math.Min(room, request.Sampling.MaxTokens ?? room);
        if (budget >= least)
        {
            return;
        }

        string budgetIs = request.Sampling.MaxTokens == budget ? $"'max_tokens' is {budget}" : $"the context has room for {budget}";
        throw ApiException.InvalidValue(
            "max_tokens",
            $"The shortest output that '{request.Constraint!.Param}' allows may take {least} tokens, but {budgetIs}.");
    }
}
