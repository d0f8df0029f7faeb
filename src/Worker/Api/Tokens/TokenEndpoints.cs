using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Godwit.Contracts.OpenAI;
using Godwit.Worker.Api.Answers;
using Godwit.Worker.Api.Requests;
using Microsoft.AspNetCore.Http;

namespace Godwit.Worker.Api.Tokens;

/// <summary>Serves <c>POST /tokenize</c> and <c>POST /detokenize</c> in vLLM's shapes.</summary>
internal sealed class TokenEndpoints(ServedModel model, ApiCalls calls, TimeProvider time)
{
    private const string Tokens = "tokens";

    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Answers one call of <c>/tokenize</c>.</summary>
    public Task TokenizeAsync(HttpContext context) => calls.HandleAsync(context, call => AnswerAsync(call, Tokenize));

    /// <summary>Answers one call of <c>/detokenize</c>.</summary>
    public Task DetokenizeAsync(HttpContext context) => calls.HandleAsync(context, call => AnswerAsync(call, Detokenize));

    private async Task AnswerAsync(ApiCall call, Action<JsonElement, ApiCall, Utf8JsonWriter> write)
    {
        using JsonDocument body = await RequestBody.ReadAsync(call.Context, call.Aborted);
        var json = new ArrayBufferWriter<byte>();

        // A long text takes its time, and a connection's thread is not the place for it.
        await Task.Run(
            () =>
            {
                using var writer = new Utf8JsonWriter(json, Readable);
                write(body.RootElement, call, writer);
            },
            call.Aborted);
        using var answer = new ReadyAnswer(json.WrittenMemory);
        AnswerTransport transport = call.Open(answer, time);
        await transport.StartAsync(call.Aborted);
        await transport.EndAsync(call.Aborted);
    }

    private void Tokenize(JsonElement body, ApiCall call, Utf8JsonWriter json)
    {
        TokenizeRequest request = TokenizeRequest.Read(body, model, call.Identity);
        RequireAffordable(request.Tokens.Count, "tokens", ApiLimits.ListedTokens, null);
        json.WriteStartObject();
        json.WriteNumber("count"u8, request.Tokens.Count);
        json.WriteNumber("max_model_len"u8, model.ContextLength);
        json.WriteStartArray("tokens"u8);
        foreach (int id in request.Tokens)
        {
            json.WriteNumberValue(id);
        }

        json.WriteEndArray();
        WriteStrings(request, json);
        json.WriteEndObject();
    }

    private void WriteStrings(TokenizeRequest request, Utf8JsonWriter json)
    {
        if (!request.WantsStrings)
        {
            json.WriteNull("token_strs"u8);
            return;
        }

        json.WriteStartArray("token_strs"u8);
        foreach (int id in request.Tokens)
        {
            json.WriteStringValue(model.Tokens.NameOf(id));
        }

        json.WriteEndArray();
    }

    private void Detokenize(JsonElement body, ApiCall call, Utf8JsonWriter json)
    {
        var fields = new Fields(body);
        RequestParser.RequireModel(fields, model, modelChosen: call.Identity.Ticket is not null, isOptional: true);
        const string Allowed = "an array of token ids";
        JsonElement value = fields.Find(Tokens) ?? throw ApiException.Missing(Tokens, Allowed);
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Fields.WrongType(Tokens, Allowed, value);
        }

        RequireAffordable(value.GetArrayLength(), "tokens", ApiLimits.ListedTokens, Tokens);
        List<int> ids = PromptField.ReadTokenIds(value, Tokens, model.VocabularySize);
        RequireAffordable(ids.Sum(id => (long)model.Tokens.BytesOf(id).Length), "bytes of text", ApiLimits.BodyBytes, Tokens);
        json.WriteStartObject();
        json.WriteString("prompt"u8, model.Tokens.Decode(ids));
        json.WriteEndObject();
    }

    private static void RequireAffordable(long count, string what, int most, string? param)
    {
        if (count > most)
        {
            throw new ApiException(ApiError.Invalid(
                $"These are {count} {what}; one call may have {most}.", param, ApiErrorCodes.RequestTooExpensive));
        }
    }
}
