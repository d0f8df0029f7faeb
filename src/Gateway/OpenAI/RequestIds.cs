using System.Buffers;
using System.Security.Cryptography;
using Godwit.Contracts.Frames;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Godwit.Gateway.OpenAI;

/// <summary>Gives every call an id, the client's own where it is usable, and says it in every answer.</summary>
internal static class RequestIds
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    public static void UseRequestIds(this WebApplication app) => app.Use((context, next) =>
    {
        string? given = context.Request.Headers[InternalHeaders.RequestId];
        context.TraceIdentifier = IsUsable(given) ? given! : $"req_{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
        context.Response.Headers[InternalHeaders.RequestId] = context.TraceIdentifier;
        return next(context);
    });

    /// <summary>
    /// The id of a generation inside the cluster. A client may use an id of its own twice (an SDK that tries again does), while workers
    /// tell requests apart by it: so it gets a random tail, and a long one is cut to keep within the length that workers take.
    /// </summary>
    public static string ForGeneration(HttpContext context)
    {
        string id = context.TraceIdentifier;
        if (!context.Request.Headers.ContainsKey(InternalHeaders.RequestId))
        {
            return id;
        }

        return $"{RequestIdTail.CutForTail(id)}-{RandomNumberGenerator.GetHexString(RequestIdTail.Digits, lowercase: true)}";
    }

    private static bool IsUsable(string? id) => id is { Length: > 0 and <= RequestIdTail.MaxIdLength } && !id.AsSpan().ContainsAnyExcept(Allowed);
}
