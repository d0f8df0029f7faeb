using Godwit.Contracts.OpenAI;
using Microsoft.AspNetCore.Http;

namespace Godwit.Worker.Api.Answers;

/// <summary>Answers a call with an error in OpenAI's shape.</summary>
internal static class ApiErrorResponse
{
    /// <summary>Sends the error; nothing was sent before.</summary>
    public static async Task WriteAsync(HttpContext context, ApiError error)
    {
        byte[] body = ApiErrorBody.ToUtf8(error);
        context.Response.StatusCode = error.Status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }
}
