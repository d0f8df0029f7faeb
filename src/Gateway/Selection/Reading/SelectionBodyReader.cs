using Godwit.Contracts.OpenAI;
using Godwit.Gateway.OpenAI;

namespace Godwit.Gateway.Selection.Reading;

/// <summary>
/// Reads a body once more for what a choice depends on. The body has passed <see cref="GenerationCallReader"/>: it is a JSON object, and
/// what is wrong in it beyond that is the worker's to say.
/// </summary>
internal static class SelectionBodyReader
{
    /// <summary>Reads a body whose model is to be chosen.</summary>
    /// <param name="body">Its bytes.</param>
    /// <param name="isChat">It has messages, not a prompt.</param>
    /// <param name="warnings">What is reported.</param>
    public static (SelectionBody? Body, ApiError? Error) Read(ReadOnlyMemory<byte> body, bool isChat, SelectionWarnings warnings)
    {
        try
        {
            BodyFields fields = BodyFields.Scan(body.Span);
            if (fields.IsTwice)
            {
                const string Name = SelectionFieldReader.Name;
                return (null, ApiError.Invalid($"The body names '{Name}' twice.", Name, ApiErrorCodes.DuplicateField));
            }

            SelectionField field = SelectionField.Empty;
            if (fields.Godwit is { } member)
            {
                (SelectionField? read, ApiError? error) = SelectionFieldReader.Read(body[member.Value], warnings);
                if (error is not null)
                {
                    return (null, error);
                }

                field = read!;
            }

            PromptReading prompt = isChat
                ? fields.Messages is { } messages ? PromptReader.ReadChat(body.Span, messages) : new PromptReading()
                : fields.Prompt is { } given ? PromptReader.ReadCompletion(body.Span, given) : new PromptReading();
            return (Placed(fields, body.Span, prompt.Edits) with
            {
                Field = field,
                Prompt = prompt,
                HasTools = fields.HasTools,
                IsStructured = fields.IsStructured,
            }, null);
        }
        catch (InvalidOperationException)
        {
            return (null, ApiError.Invalid("A name in the body contains half of a surrogate pair.", code: ApiErrorCodes.InvalidUtf8));
        }
    }

    /// <summary>What takes the field <c>godwit</c> out of a body that names its model; none when it is not there.</summary>
    public static IReadOnlyList<BodyEdit> Strip(ReadOnlySpan<byte> body)
    {
        try
        {
            return BodyFields.Scan(body).Godwit is { } member ? [new BodyEdit(member.WithComma(body), ReadOnlyMemory<byte>.Empty)] : [];
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, which the worker refuses.
            return [];
        }
    }

    private static SelectionBody Placed(BodyFields fields, ReadOnlySpan<byte> body, IReadOnlyList<BodyEdit> edits) => fields switch
    {
        { Model: { } model, Godwit: { } godwit } => new SelectionBody
        {
            ModelAt = model,
            Edits = [.. edits, new BodyEdit(godwit.WithComma(body), ReadOnlyMemory<byte>.Empty)],
        },
        { Model: { } model } => new SelectionBody { ModelAt = model, Edits = edits },
        { Godwit: { } godwit } => new SelectionBody { ModelAt = godwit.Whole, WritesModelName = true, Edits = edits },
        _ => new SelectionBody
        {
            ModelAt = fields.Begin..fields.Begin,
            WritesModelName = true,
            WritesComma = !fields.IsEmpty,
            Edits = edits,
        },
    };
}
