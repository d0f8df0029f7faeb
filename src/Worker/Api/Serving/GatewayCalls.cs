using Godwit.Worker.Protocol;
using Microsoft.AspNetCore.Http;

namespace Godwit.Worker.Api.Serving;

/// <summary>Answers the calls of Gateways whose answer is a stream of frames.</summary>
internal sealed class GatewayCalls(RequestTable requests)
{
    /// <summary>A first start or a replay.</summary>
    /// <param name="context">The call.</param>
    /// <param name="begin">The request.</param>
    /// <param name="from">Per choice what its Gateway has already; null: it begins here.</param>
    public Task StartAsync(HttpContext context, ServedCall begin, IReadOnlyList<int>? from)
    {
        GatewayCall call = requests.NewCall(begin, new StreamStart(from));
        return AnswerAsync(context, begin.Ticket.Request, call, new WorkerEvent.Start(begin.Ticket.Epoch, call.Stream));
    }

    /// <summary>COMMIT: what is held ready runs from here on.</summary>
    public Task ResumeAsync(HttpContext context, Contracts.Migration.ResumeCall resume)
    {
        GatewayCall call = requests.NewCall(null, new StreamStart(resume.From));
        return AnswerAsync(context, resume.Request, call, new WorkerEvent.Resume(resume.Epoch, call.Stream));
    }

    /// <summary>What is parked goes on here.</summary>
    public Task KeepAsync(HttpContext context, Contracts.Migration.ResumeCall keep)
    {
        GatewayCall call = requests.NewCall(null, new StreamStart(keep.From));
        return AnswerAsync(context, keep.Request, call, new WorkerEvent.Keep(keep.Epoch, call.Stream));
    }

    private async Task AnswerAsync(HttpContext context, string id, GatewayCall call, WorkerEvent happened)
    {
        RequestSlot slot = requests.Handle(id, happened, call);
        ServedRequest request;
        try
        {
            request = await call.Request;
        }
        catch
        {
            call.Begin?.Prepared.Formatter.Dispose();
            throw;
        }

        bool isBroken = true;
        try
        {
            bool isAnswered = await request.StreamAsync(context, call.Start, context.RequestAborted);
            isBroken = false;
            if (isAnswered)
            {
                slot.Happened(new WorkerEvent.Answered(call.Stream));
            }
        }
        finally
        {
            if (isBroken)
            {
                slot.Happened(new WorkerEvent.StreamBroken(call.Stream));
            }
        }
    }
}
