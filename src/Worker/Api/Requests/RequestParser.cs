using System.Text.Json;
using Godwit.Contracts.OpenAI;
using Godwit.Worker.Sampling;
using Godwit.Worker.Tokenization;
using Godwit.Worker.ToolCalls;

namespace Godwit.Worker.Api.Requests;

/// <summary>From a JSON body to a <see cref="CompletionRequest"/>, or an <see cref="ApiException"/> that says what is wrong.</summary>
internal static class RequestParser
{
    /// <summary>Checks and tokenizes a body.</summary>
    /// <param name="kind">The endpoint.</param>
    /// <param name="body">A JSON object.</param>
    /// <param name="model">What is served.</param>
    /// <param name="renderedAt">What a chat template takes for now.</param>
    /// <param name="modelChosen">The Gateway chose the model; the body's <c>model</c> may then be a name that only it knows.</param>
    public static CompletionRequest Parse(
        ApiKind kind, JsonElement body, ServedModel model, DateTimeOffset renderedAt, bool modelChosen)
    {
        var fields = new Fields(body);
        RequireModel(fields, model, modelChosen);
        UnservedFields.Refuse(kind, body);
        CallerFields.Check(fields);
        StreamOptions delivery = StreamOptions.Read(fields);
        ReportOptions report = ReportFields.Read(kind, fields);
        ChoiceCount choices = ChoiceCount.Read(kind, fields, delivery.Stream);
        SamplingParams sampling = ReadSampling(kind, fields, model, report, choices);
        long? seed = fields.Long("seed");
        int priority = ReadPriority(fields);
        int? keep = ReadTruncation(fields, sampling.MaxTokens, model.ContextLength);
        RequestedConstraint? constraint = ConstraintFields.Read(fields);
        RequestedTools? tools = kind == ApiKind.Chat ? ToolFields.Read(fields) : null;
        if (tools is { IsForced: true })
        {
            // Of an answer that is nothing but calls there is nothing to be said, and half a call is none.
            constraint = ForcedCalls.Constraint(tools, model.ToolCalls);
            sampling = sampling with { Stop = [] };
        }

        choices.RequireAffordable(prompts: 1, sampling.MaxTokens);

        // Tokenizing is the only costly part, so it comes when nothing else can be wrong.
        OutputSyntax? syntax = null;
        IReadOnlyList<IReadOnlyList<int>> prompts;
        if (kind == ApiKind.Chat)
        {
            ChatConversation conversation = ConversationFields.Read(fields, renderedAt) with { Tools = tools?.ForTemplate };
            MarkedText text = model.RenderChat(conversation);
            if (keep is null)
            {
                RequireHope("messages", text.Text, model);
            }

            (syntax, string end) = ChatSyntax.Of(model, tools, constraint is not null, text.Text);
            prompts = [EncodeChat(text.Append(end), model)];
        }
        else
        {
            prompts = PromptField.Read(fields, model, "prompt", ApiLimits.Prompts, isWhole: keep is null);
        }

        choices.RequireAffordable(prompts.Count, sampling.MaxTokens);
        prompts = keep is int last ? [.. prompts.Select(prompt => Truncate(prompt, last))] : prompts;
        foreach (IReadOnlyList<int> prompt in prompts)
        {
            RequireKnown(kind == ApiKind.Chat ? "messages" : "prompt", prompt, model.VocabularySize);
            RequireRoom(kind, prompt.Count, sampling.MaxTokens, model.ContextLength);
        }

        if (syntax is not null)
        {
            sampling = sampling with { ShownControlTokens = syntax.Markers.Select(model.ControlToken).OfType<int>().ToHashSet() };
        }

        return new CompletionRequest(kind, prompts, choices, sampling, report, delivery, seed, priority, ReadCacheSalt(fields), constraint)
        {
            Syntax = syntax,
            IsCallNamed = tools is { IsNamed: true },
        };
    }

    private static SamplingParams ReadSampling(
        ApiKind kind, Fields fields, ServedModel model, ReportOptions report, ChoiceCount choices)
    {
        // To score a prompt nothing needs to be generated.
        bool mayBeNone = kind == ApiKind.Text && (report.Echo || report.PromptLogprobs is not null);
        SamplingParams sampling = StopFields.Read(fields, SamplingFields.Read(fields, model), model.VocabularySize, mayBeNone);
        return sampling with
        {
            Logprobs = report.Logprobs ?? (choices.Generated > choices.Answered ? 0 : null),
            PromptLogprobs = report.PromptTop,
        };
    }

    /// <summary>How many of a prompt's last tokens are kept; null = all.</summary>
    internal static int? ReadTruncation(Fields fields, int? maxTokens, int contextLength)
    {
        const string Name = "truncate_prompt_tokens";
        return fields.Integer(Name, -1, int.MaxValue) switch
        {
            null => null,
            0 => throw ApiException.InvalidValue(Name, $"'{Name}' must be the number of tokens to keep, or -1 for as many as fit."),
            -1 => Math.Max(1, contextLength - (maxTokens ?? 1)),
            int keep => keep,
        };
    }

    /// <summary>The last tokens of a prompt.</summary>
    internal static IReadOnlyList<int> Truncate(IReadOnlyList<int> prompt, int keep) =>
        prompt.Count <= keep ? prompt : [.. prompt.Skip(prompt.Count - keep)];

    /// <summary>Refuses a body that does not name the model.</summary>
    internal static void RequireModel(Fields fields, ServedModel model, bool modelChosen, bool isOptional = false)
    {
        if (fields.Find("model") is not { } value)
        {
            if (isOptional)
            {
                return;
            }

            throw ApiException.Missing("model", "the id of a model");
        }

        string id = Fields.ReadString(value, "model");
        if (id.Length == 0)
        {
            throw ApiException.Missing("model", "the id of a model");
        }

        if (id.Length > ApiLimits.ModelIdChars || id.Any(char.IsControl))
        {
            throw ApiException.InvalidValue(
                "model", $"'model' must be a string of 1 to {ApiLimits.ModelIdChars} characters, none of them a control character.");
        }

        if (!modelChosen && id != model.Id)
        {
            throw new ApiException(ApiError.ModelNotFound(id));
        }
    }

    /// <summary>Scheduling priority, lower is sooner.</summary>
    internal static int ReadPriority(Fields fields) => fields.Integer("priority", -ApiLimits.Priority, ApiLimits.Priority) ?? 0;

    /// <summary>Who may share KV blocks, within the tenant; empty when the client does not say.</summary>
    internal static string ReadCacheSalt(Fields fields)
    {
        if (fields.Find("cache_salt") is not { } value)
        {
            return "";
        }

        string salt = Fields.ReadString(value, "cache_salt");
        return salt.Length is > 0 and <= ApiLimits.CacheSaltChars
            ? salt
            : throw ApiException.InvalidValue(
                "cache_salt", $"'cache_salt' must be a string of 1 to {ApiLimits.CacheSaltChars} characters, but it had {salt.Length}.");
    }

    /// <summary>The token ids of a rendered conversation.</summary>
    internal static IReadOnlyList<int> EncodeChat(MarkedText text, ServedModel model)
    {
        // Some templates write the beginning-of-sequence token themselves, others leave it to the tokenizer; it must come exactly once.
        bool hasBos = !string.IsNullOrEmpty(model.BosToken) && text.StartsWith(model.BosToken);
        return model.EncodeMarked(text, !hasBos);
    }

    /// <summary>Refuses a text that the context cannot hold however it is tokenized, which may take long to find out.</summary>
    internal static void RequireHope(string param, string text, ServedModel model)
    {
        if (text.Length > model.HopelessChars)
        {
            throw new ApiException(ApiError.Invalid(
                $"This model's maximum context length is {model.ContextLength} tokens. However, '{param}' has {text.Length} characters, "
                    + "which is more than so many tokens hold. Please reduce its length.",
                param,
                ApiErrorCodes.ContextLengthExceeded));
        }
    }

    /// <summary>Refuses tokens that the model has no row for: a tokenizer may know more of them than the model was trained with.</summary>
    internal static void RequireKnown(string param, IReadOnlyList<int> prompt, int vocabularySize)
    {
        foreach (int id in prompt)
        {
            if ((uint)id >= (uint)vocabularySize)
            {
                throw ApiException.InvalidValue(
                    param,
                    $"The text contains token {id} of the tokenizer; the model has only the {vocabularySize} tokens "
                        + $"0 to {vocabularySize - 1}.");
            }
        }
    }

    private static void RequireRoom(ApiKind kind, int promptTokens, int? maxTokens, int contextLength)
    {
        (string param, string noun) = kind == ApiKind.Chat ? ("messages", "messages") : ("prompt", "prompt");
        if (promptTokens == 0)
        {
            throw ApiException.InvalidValue(param, $"'{param}' resulted in no tokens; at least one is needed.");
        }

        long total = promptTokens + (long)(maxTokens ?? 1);
        if (total <= contextLength)
        {
            return;
        }

        string problem = maxTokens is null || promptTokens >= contextLength
            ? $"your {noun} resulted in {promptTokens} tokens, which leaves no room for a completion. "
                + $"Please reduce the length of the {noun}."
            : $"you requested {total} tokens ({promptTokens} in the {noun}, {maxTokens} in the completion). "
                + $"Please reduce the length of the {noun} or completion.";
        throw new ApiException(ApiError.Invalid(
            $"This model's maximum context length is {contextLength} tokens. However, {problem}",
            param,
            ApiErrorCodes.ContextLengthExceeded));
    }
}
