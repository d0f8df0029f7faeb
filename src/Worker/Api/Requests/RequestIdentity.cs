using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Frames;
using Godwit.Contracts.OpenAI;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Godwit.Worker.Api.Requests;

/// <summary>
/// Who a request is and what was fixed when it was admitted: by the Gateway, with a ticket, or here, for a client that calls the worker
/// directly.
/// </summary>
/// <param name="Id">Request id; the answer's id derives from it.</param>
/// <param name="Created">Unix seconds.</param>
/// <param name="RenderedAt">What a chat template takes for now, UTC.</param>
/// <param name="Ticket">The Gateway's ticket, or null for a direct call.</param>
internal sealed record RequestIdentity(string Id, long Created, DateTimeOffset RenderedAt, AdmissionTicket? Ticket)
{
    /// <summary>The end of the year 9999 in Unix milliseconds, which is as far as .NET's clock goes.</summary>
    private const long LatestMilliseconds = 253_402_300_799_999;

    private static readonly SearchValues<char> IdChars =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Reads the headers of a request.</summary>
    /// <exception cref="ApiException">There is a ticket, but no valid one.</exception>
    public static RequestIdentity Read(IHeaderDictionary headers, TimeProvider time)
    {
        StringValues header = headers[InternalHeaders.Admission];
        if (header.Count > 0)
        {
            AdmissionTicket ticket = ReadTicket(header);
            return new RequestIdentity(
                ticket.Request, ticket.Created, DateTimeOffset.FromUnixTimeMilliseconds(ticket.RenderedAt), ticket);
        }

        DateTimeOffset now = time.GetUtcNow();
        return new RequestIdentity(ReadId(headers), now.ToUnixTimeSeconds(), now, null);
    }

    /// <summary>The id that a direct call brings, or a random one.</summary>
    public static string ReadId(IHeaderDictionary headers)
    {
        string given = headers[InternalHeaders.RequestId].ToString();
        return IsValidId(given) ? given : "req_" + RandomNumberGenerator.GetHexString(24, lowercase: true);
    }

    /// <summary>The seed of the answer: the ticket's, else the client's, else a random one.</summary>
    public long SeedFor(CompletionRequest request) => Ticket?.Seed ?? request.Seed ?? Random.Shared.NextInt64();

    /// <summary>The scheduling priority: the ticket's, which the key's tier has clamped, else the client's.</summary>
    public int PriorityFor(int asked) => Ticket?.Priority ?? asked;

    /// <summary>Who shares KV blocks with this request: the tenant, and within it those that sent the same <c>cache_salt</c>.</summary>
    public string CacheSaltFor(string asked) => $"{Ticket?.TenantSalt}\n{asked}";

    private static bool IsValidId(string id) => id.Length is > 0 and <= ApiLimits.RequestIdChars && !id.AsSpan().ContainsAnyExcept(IdChars);

    private static AdmissionTicket ReadTicket(StringValues header)
    {
        AdmissionTicket? ticket = null;
        if (header.Count == 1)
        {
            try
            {
                ticket = JsonSerializer.Deserialize(header.ToString(), ContractsJson.Default.AdmissionTicket);
            }
            catch (JsonException)
            {
                // Said below, like every other fault of a ticket.
            }
        }

        bool valid = ticket is not null
            && IsValidId(ticket.Request ?? "")
            && ticket.Epoch >= 1
            && ticket.Created >= 0
            && ticket.RenderedAt is >= 0 and <= LatestMilliseconds
            && !string.IsNullOrEmpty(ticket.Model)
            && Math.Abs((long)ticket.Priority) <= ApiLimits.Priority;
        return valid
            ? ticket!
            : throw new ApiException(ApiError.Invalid(
                $"The header {InternalHeaders.Admission} is no valid admission ticket.",
                InternalHeaders.Admission,
                ApiErrorCodes.InvalidValue));
    }
}
