using Godwit.Contracts.OpenAI;
using Godwit.Contracts.Selection;
using Godwit.Gateway.OpenAI;
using Godwit.Gateway.Selection.Asking;
using Godwit.Gateway.Selection.Conversations;
using Godwit.Gateway.Selection.Reading;
using Godwit.ServiceDefaults.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Godwit.Gateway.Selection;

/// <summary>Finds the model for a request that names none: the Router's choice, or without one in time the generalist.</summary>
internal sealed class ModelSelector(
    RouterClient router, ConversationMemory conversations, InstanceRegistry registry, IOptions<SelectionOptions> options)
{
    // The Router samples longer prompts itself; the rest need not travel.
    private const int MostCharacters = 16_384;
    private const string ChatPath = "/v1/chat/completions";
    private readonly SelectionOptions _options = options.Value;

    /// <summary>Chooses.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="path">Its path.</param>
    /// <param name="call">What is known of it.</param>
    /// <param name="body">Its body.</param>
    /// <param name="warnings">What is reported.</param>
    /// <param name="cancellation">The client is gone.</param>
    public async ValueTask<(ModelChoice? Choice, ApiError? Error)> SelectAsync(
        IHeaderDictionary headers,
        string path,
        GenerationCall call,
        ReadOnlyMemory<byte> body,
        SelectionWarnings warnings,
        CancellationToken cancellation)
    {
        if (!call.Generates)
        {
            return (null, ApiError.Invalid(
                $"'{call.Model}' is for what is to be answered: name a model here. GET /v1/models lists them.",
                "model",
                ApiErrorCodes.InvalidValue));
        }

        (SelectionBody? read, ApiError? error) = SelectionBodyReader.Read(body, path == ChatPath, warnings);
        if (read is null)
        {
            return (null, error);
        }

        SelectionWish wish = SelectionWish.Of(AutoModels.PresetOf(call.Model) ?? PresetNames.Auto, headers, read, warnings);
        RegistrySnapshot snapshot = registry.Current;
        IReadOnlyList<string> known = FallbackPolicy.Order(
            snapshot, wish.Models, (long)call.PromptTokens + (call.MaxTokens ?? 0), _options.Generalist);
        error = Refusal(snapshot, read, wish, known);
        if (error is not null)
        {
            return (null, error);
        }

        UInt128? conversation = ConversationKey.Of(body.Span, read, tenant: string.Empty);
        bool goesOn = read.Prompt.GoesOn || read.Field.Conversation is not null;
        ConversationTurn? previous = goesOn && conversation is { } key ? conversations.Find(key) : null;
        SelectRequest request = new(Sample(read.Prompt.Text))
        {
            Preset = wish.Preset,
            Goals = wish.Goals,
            Models = wish.Models,
            Needs = Needs(read, path == ChatPath),
            Residency = read.Field.Residency,
            MaxSecurityClass = read.Field.MaxSecurityClass,
            PromptTokens = call.PromptTokens,
            MaxTokens = call.MaxTokens ?? 0,
            Previous = previous?.Model,
            PreviousTokens = previous?.Tokens ?? 0,
        };
        RouterAnswer answer = await router.AskAsync(request, cancellation);
        return answer is RouterAnswer.Refused refused
            ? (null, refused.Error)
            : (Decide(answer, known, read, warnings) with { Conversation = conversation }, null);
    }

    private static ApiError? Refusal(RegistrySnapshot snapshot, SelectionBody read, SelectionWish wish, IReadOnlyList<string> known) =>
        !read.Prompt.IsText ? ApiError.Invalid(
            "'prompt' must be text: token ids mean nothing before the model is known.", "prompt", ApiErrorCodes.InvalidValue)
        : !snapshot.IsComplete ? ApiError.Overloaded("The gateway does not know its instances yet; try again in a moment.")
        : known.Count > 0 ? null
        : wish.Models is null ? ApiError.Overloaded("No model has an instance at the moment.")
        : ApiError.Invalid(
            "None of the models that may be chosen exists. GET /v1/models lists those that do.",
            "model",
            ApiErrorCodes.ModelNotFound,
            StatusCodes.Status404NotFound);

    private static string[]? Needs(SelectionBody read, bool isChat)
    {
        string[] needs =
        [
            .. read.Field.Needs,
            .. isChat ? ["chat"] : (string[])[],
            .. read.HasTools ? ["tools"] : (string[])[],
            .. read.IsStructured ? ["structured"] : (string[])[],
        ];
        return needs.Length > 0 ? [.. needs.Distinct(StringComparer.Ordinal)] : null;
    }

    private ModelChoice Decide(RouterAnswer answer, IReadOnlyList<string> known, SelectionBody read, SelectionWarnings warnings)
    {
        int most = 1 + _options.MaxFallbacks;
        if (answer is RouterAnswer.Chosen { Response: { } response }
            && (string[])[.. response.Fallbacks.Prepend(response.Model).Where(known.Contains).Take(most)] is { Length: > 0 } models)
        {
            return new ModelChoice
            {
                Models = models,
                Reason = models[0] == response.Model ? response.Reason : OwnReasons.NoCapacity,
                Body = read,
                Losses = response.Experts.Where(expert => expert.Loss is not null)
                    .DistinctBy(expert => expert.Model)
                    .ToDictionary(expert => expert.Model, expert => expert.Loss!.Value, StringComparer.Ordinal),
                Margin = response.Margin,
                Router = response.Router,
            };
        }

        warnings.Add("the Router was not heard; goals are ignored");
        return new ModelChoice
        {
            Models = [.. known.Take(most)],
            Reason = (answer as RouterAnswer.None)?.Reason ?? OwnReasons.RouterFailed,
            Body = read,
        };
    }

    private static string Sample(string prompt)
    {
        if (prompt.Length <= MostCharacters)
        {
            return prompt;
        }

        int head = MostCharacters / 2;
        int tail = prompt.Length - head;
        head -= char.IsHighSurrogate(prompt[head - 1]) ? 1 : 0;
        tail += char.IsLowSurrogate(prompt[tail]) ? 1 : 0;
        return string.Concat(prompt.AsSpan(0, head), prompt.AsSpan(tail));
    }
}
