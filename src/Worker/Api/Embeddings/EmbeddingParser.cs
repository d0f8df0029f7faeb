using System.Text.Json;
using Godwit.Contracts.OpenAI;
using Godwit.Worker.Api.Requests;

namespace Godwit.Worker.Api.Embeddings;

/// <summary>From a JSON body to an <see cref="EmbeddingRequest"/>, or an <see cref="ApiException"/> that says what is wrong.</summary>
internal static class EmbeddingParser
{
    private const string Input = "input";

    /// <summary>Checks and tokenizes a body.</summary>
    /// <param name="body">A JSON object.</param>
    /// <param name="model">What is served.</param>
    /// <param name="modelChosen">The Gateway chose the model; the body's <c>model</c> may then be a name that only it knows.</param>
    public static EmbeddingRequest Parse(JsonElement body, ServedModel model, bool modelChosen)
    {
        var fields = new Fields(body);
        RequestParser.RequireModel(fields, model, modelChosen);
        CallerFields.Check(fields);
        bool base64 = ReadEncoding(fields);
        int dimensions = ReadDimensions(fields, model);
        int priority = RequestParser.ReadPriority(fields);
        string salt = RequestParser.ReadCacheSalt(fields);
        int? keep = RequestParser.ReadTruncation(fields, maxTokens: 0, model.ContextLength);
        RequireAffordable(fields, dimensions);

        IReadOnlyList<IReadOnlyList<int>> inputs = PromptField.Read(fields, model, Input, ApiLimits.EmbeddingInputs, isWhole: keep is null);
        inputs = keep is int last ? [.. inputs.Select(input => RequestParser.Truncate(input, last))] : inputs;
        for (int i = 0; i < inputs.Count; i++)
        {
            Require(inputs[i], IsList(fields) ? $"{Input}[{i}]" : Input, model);
        }

        return new EmbeddingRequest(inputs, dimensions, base64, priority, salt);
    }

    private static bool ReadEncoding(Fields fields)
    {
        const string Name = "encoding_format";
        string format = fields.Find(Name) is { } value ? Fields.ReadString(value, Name) : "float";
        return format is "float" or "base64"
            ? format == "base64"
            : throw ApiException.InvalidValue(Name, $"'{Name}' must be \"float\" or \"base64\".");
    }

    private static int ReadDimensions(Fields fields, ServedModel model)
    {
        const string Name = "dimensions";
        int asked = fields.Integer(Name, 1, int.MaxValue) ?? model.Embedding.Size;
        return model.Embedding.Allows(asked)
            ? asked
            : throw ApiException.InvalidValue(
                Name, $"'{Name}' is {asked}, but with the model '{model.Id}' it must be {model.Embedding.Allowed}.");
    }

    private static bool IsList(Fields fields) =>
        fields.Find(Input) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 && list[0].ValueKind != JsonValueKind.Number;

    private static void RequireAffordable(Fields fields, int dimensions)
    {
        int inputs = IsList(fields) ? fields.Find(Input)!.Value.GetArrayLength() : 1;
        if ((long)Math.Min(inputs, ApiLimits.EmbeddingInputs) * dimensions > ApiLimits.EmbeddingValues)
        {
            throw new ApiException(ApiError.Invalid(
                $"The request asks for {inputs} embeddings of {dimensions} numbers; one request may have {ApiLimits.EmbeddingValues} "
                    + $"numbers, so {ApiLimits.EmbeddingValues / dimensions} inputs.",
                Input,
                ApiErrorCodes.RequestTooExpensive));
        }
    }

    private static void Require(IReadOnlyList<int> input, string param, ServedModel model)
    {
        if (input.Count == 0)
        {
            throw ApiException.InvalidValue(param, $"'{param}' resulted in no tokens; at least one is needed.");
        }

        RequestParser.RequireKnown(param, input, model.VocabularySize);
        if (input.Count > model.ContextLength)
        {
            throw new ApiException(ApiError.Invalid(
                $"This model's maximum context length is {model.ContextLength} tokens. However, '{param}' resulted in {input.Count} "
                    + "tokens. Please reduce its length, or set 'truncate_prompt_tokens'.",
                param,
                ApiErrorCodes.ContextLengthExceeded));
        }
    }
}
