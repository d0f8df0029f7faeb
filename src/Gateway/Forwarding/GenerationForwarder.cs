using System.Globalization;
using System.Security.Cryptography;
using Godwit.Contracts.Frames;
using Godwit.Gateway.Dispatch;
using Godwit.Gateway.Forwarding.Poison;
using Godwit.Gateway.Forwarding.Protocol;
using Godwit.Gateway.OpenAI;
using Microsoft.AspNetCore.Http;

namespace Godwit.Gateway.Forwarding;

/// <summary>Admits a request: fixes what every worker must agree on, and has it run.</summary>
internal sealed class GenerationForwarder(ForwardingServices services)
{
    /// <summary>Answers the client.</summary>
    /// <returns>The status for the metrics.</returns>
    public async Task<string> ForwardAsync(HttpContext context, string path, GenerationCall call, RequestBody body)
    {
        using ClientAnswer answer = new(context, call.Model, services.Time);
        if (services.Quarantine.Holds(path, call, body.Bytes.Span))
        {
            AttemptResult.Refused refusal = PoisonQuarantine.Refusal;
            await answer.RefuseAsync(refusal.Status, refusal.Body);
            return refusal.Status.ToString(CultureInfo.InvariantCulture);
        }

        AdmissionTicket ticket = Admit(RequestIds.ForGeneration(context), call);
        ulong[]? prefix = services.Chooser.AsksScheduler && call.Generates
            ? PrefixHashes.Of(body.Bytes.Span[call.PromptAt], ticket.TenantSalt)
            : null;
        OwnerTimes times = call.Generates
            ? services.Times
            : services.Times with { Silence = TimeSpan.FromMilliseconds(services.Options.IdleTimeoutMs) };
        RequestOwner owner = new(ticket.Request, times, services.Time);
        return await new RequestRun(owner, context.TraceIdentifier, path, call, body, ticket, prefix, answer, services).RunAsync();
    }

    private AdmissionTicket Admit(string request, GenerationCall call)
    {
        DateTimeOffset now = services.Time.GetUtcNow();
        return new AdmissionTicket(
            request,
            Epoch: 0,
            Created: now.ToUnixTimeSeconds(),
            RenderedAt: now.ToUnixTimeMilliseconds(),
            Seed: call.Seed ?? BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) & long.MaxValue,
            call.Model,
            WeightsDigest: null,
            TenantSalt: string.Empty,
            call.Priority);
    }
}
