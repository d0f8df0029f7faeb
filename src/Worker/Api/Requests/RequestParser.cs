using System.Text.Json;
using Godwit.Contracts.OpenAI;
using Godwit.Worker.Sampling;

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
        UnservedFields.Refuse(body);
        (bool stream, bool includeUsage) = ReadStream(fields);
        SamplingParams sampling = SamplingFields.Read(fields, model.VocabularySize);
        int choicesPerPrompt = fields.Integer("n", 1, ApiLimits.ChoicesPerPrompt) ?? 1;
        long? seed = fields.Long("seed");
        int priority = fields.Integer("priority", -ApiLimits.Priority, ApiLimits.Priority) ?? 0;

        // Tokenizing is the only costly part, so it comes when nothing else can be wrong.
        IReadOnlyList<IReadOnlyList<int>> prompts =
            kind == ApiKind.Chat ? [EncodeChat(ConversationFields.Read(fields, renderedAt), model)] : PromptField.Read(fields, model);
        foreach (IReadOnlyList<int> prompt in prompts)
        {
            RequireEmbeddings(kind, prompt, model.VocabularySize);
            RequireRoom(kind, prompt.Count, sampling.MaxTokens, model.ContextLength);
        }

        return new CompletionRequest(kind, prompts, choicesPerPrompt, sampling, seed, priority, ReadCacheSalt(fields), stream, includeUsage);
    }

    private static void RequireModel(Fields fields, ServedModel model, bool modelChosen)
    {
        JsonElement value = fields.Find("model") ?? throw ApiException.Missing("model", "the id of a model");
        string id = Fields.ReadString(value, "model");
        if (!modelChosen && id != model.Id)
        {
            throw new ApiException(ApiError.ModelNotFound(id));
        }
    }

    private static string ReadCacheSalt(Fields fields)
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

    private static (bool Stream, bool IncludeUsage) ReadStream(Fields fields)
    {
        const string Name = "stream_options";
        bool stream = fields.Flag("stream");
        if (fields.Find(Name) is not { } value)
        {
            return (stream, false);
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Fields.WrongType(Name, "an object such as {\"include_usage\":true}", value);
        }

        if (!stream)
        {
            throw ApiException.InvalidValue(Name, $"'{Name}' is allowed only when 'stream' is true.");
        }

        var options = new Fields(value);
        if (options.Flag("continuous_usage_stats", $"{Name}.continuous_usage_stats"))
        {
            throw ApiException.Unsupported(
                $"{Name}.continuous_usage_stats",
                "Usage on every chunk is not supported by this server; 'include_usage' gives it once, at the end.");
        }

        return (stream, options.Flag("include_usage", $"{Name}.include_usage"));
    }

    private static IReadOnlyList<int> EncodeChat(ChatConversation conversation, ServedModel model)
    {
        // Some templates write the beginning-of-sequence token themselves, others leave it to the tokenizer; it must come exactly once.
        string text = model.RenderChat(conversation);
        bool hasBos = !string.IsNullOrEmpty(model.BosToken) && text.StartsWith(model.BosToken, StringComparison.Ordinal);
        return model.Encode(text, !hasBos);
    }

    // A tokenizer may know more tokens than the model was trained with.
    private static void RequireEmbeddings(ApiKind kind, IReadOnlyList<int> prompt, int vocabularySize)
    {
        foreach (int id in prompt)
        {
            if ((uint)id >= (uint)vocabularySize)
            {
                throw ApiException.InvalidValue(
                    kind == ApiKind.Chat ? "messages" : "prompt",
                    $"The text contains token {id} of the tokenizer; the model has only the {vocabularySize} tokens 0 to {vocabularySize - 1}.");
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
