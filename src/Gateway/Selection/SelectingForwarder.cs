using System.Globalization;
using Godwit.Contracts.OpenAI;
using Godwit.Gateway.Forwarding;
using Godwit.Gateway.OpenAI;
using Godwit.Gateway.Selection.Asking;
using Godwit.Gateway.Selection.Conversations;
using Godwit.Gateway.Selection.Reading;
using Godwit.ServiceDefaults.Errors;
using Godwit.ServiceDefaults.Instances;
using Microsoft.AspNetCore.Http;

namespace Godwit.Gateway.Selection;

/// <summary>
/// Answers requests whose model is to be chosen: each becomes one that names its model, and from then on is like any other. What workers
/// see, what is replayed and what moves is that request. While nothing of an answer has been sent, a model without capacity is passed over.
/// </summary>
internal sealed class SelectingForwarder(
    ModelSelector selector,
    GenerationForwarder forwarder,
    ConversationMemory conversations,
    InstanceRegistry registry,
    SelectionMetrics metrics)
{
    /// <summary>Whether a request's model is to be chosen.</summary>
    public static bool Concerns(GenerationCall call) => AutoModels.PresetOf(call.Model) is not null;

    /// <summary>Answers the client.</summary>
    /// <returns>The status for the metrics.</returns>
    public async Task<string> ForwardAsync(HttpContext context, string path, GenerationCall call, RequestBody body)
    {
        SelectionWarnings warnings = new();
        (ModelChoice? choice, ApiError? error) =
            await selector.SelectAsync(context.Request.Headers, path, call, body.Bytes, warnings, context.RequestAborted);
        SelectionHeaders.Set(context.Response.Headers, warnings);
        metrics.Unknown(warnings.UnknownCount);
        if (choice is null)
        {
            await ApiErrors.WriteAsync(context, error!);
            return error!.Status.ToString(CultureInfo.InvariantCulture);
        }

        for (int i = 0; ; i++)
        {
            string model = choice.Models[i];
            bool isLast = i == choice.Models.Count - 1;
            if (isLast || registry.Current.OfModel(model).Any(instance => instance.IsReady))
            {
                string status = await AskAsync(context, path, choice, model, i == 0 ? choice.Reason : OwnReasons.NoCapacity, body, isLast);
                if (status != RequestMetrics.Unanswered)
                {
                    return status;
                }
            }

            metrics.FellBack();
        }
    }

    /// <summary>Answers a client that names its model and yet has wishes for the choice of one: the model is what it asks for.</summary>
    /// <returns>The status for the metrics.</returns>
    public async Task<string> ForwardNamedAsync(HttpContext context, string path, GenerationCall call, RequestBody body)
    {
        SelectionWarnings warnings = new();
        warnings.Add("the model was named: wishes for its choice are ignored");
        SelectionHeaders.Set(context.Response.Headers, warnings);
        using RequestBody stripped = body.Edited(SelectionBodyReader.Strip(body.Bytes.Span));
        GenerationCall? read = GenerationCallReader.Read(stripped.Bytes.Span, call.Model).Call;
        return read is null
            ? await forwarder.ForwardAsync(context, path, call, body)
            : await forwarder.ForwardAsync(context, path, call.Generates ? read : read.WithoutGeneration(), stripped);
    }

    private async Task<string> AskAsync(
        HttpContext context, string path, ModelChoice choice, string model, string reason, RequestBody body, bool isLast)
    {
        using RequestBody named = body.Edited(choice.Body.EditsFor(model));
        (GenerationCall? call, ApiError? error) = GenerationCallReader.Read(named.Bytes.Span);
        error ??= GenerationEndpoints.Unavailable(registry.Current, call!.Model);
        SelectionHeaders.Set(context.Response.Headers, choice, model, reason);
        if (error is not null)
        {
            if (!isLast)
            {
                return RequestMetrics.Unanswered;
            }

            await ApiErrors.WriteAsync(context, error);
            return error.Status.ToString(CultureInfo.InvariantCulture);
        }

        metrics.Selected(model, reason);
        string status = await forwarder.ForwardAsync(context, path, call! with { HasFallback = !isLast }, named);
        if (status == RequestMetrics.Answered && choice.Conversation is { } conversation)
        {
            conversations.Remember(conversation, new ConversationTurn(model, call.PromptTokens));
        }

        return status;
    }
}
