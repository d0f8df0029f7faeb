using Godwit.Worker.Api.Answers;
using Godwit.Worker.Api.Requests;
using Godwit.Worker.Api.Serving;
using Godwit.Worker.Engine;
using Microsoft.AspNetCore.Http;

namespace Godwit.Worker.Api;

/// <summary>
/// Serves both generating endpoints: check the request, hand it to the engine, carry what the engine reports to the caller. For a client
/// that calls the worker itself a generation lives no longer than its call; for the Gateway it is a <see cref="ServedRequest"/>,
/// which may go on elsewhere.
/// </summary>
internal sealed class GenerationEndpoint(
    ServedModel model, ApiCalls calls, CallPreparation preparation, GatewayCalls gateways, TimeProvider time)
{
    /// <summary>Answers one call.</summary>
    public Task HandleAsync(HttpContext context, ApiKind kind) => calls.HandleAsync(context, call => AnswerAsync(call, kind));

    private async Task AnswerAsync(ApiCall call, ApiKind kind)
    {
        byte[] body = await RequestBody.ReadJsonBytesAsync(call.Context, call.Aborted);
        PreparedCall prepared = await preparation.PrepareAsync(kind, body, call.Identity, call.Arrived, prompts: null, call.Aborted);
        if (call.WantsFrames)
        {
            await gateways.StartAsync(call.Context, new ServedCall(kind, body, call.Identity.Ticket!, prepared), from: null);
            return;
        }

        using AnswerFormatter formatter = prepared.Formatter;
        AnswerTransport transport = call.Open(formatter, time);
        using Generation generation = model.Submit(prepared.Request);
        await transport.CarryAsync(generation, prepared.Choices, call.Aborted);
        formatter.CachedTokens = generation.CachedTokens;
        await transport.EndAsync(call.Aborted);
    }
}
