using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Godwit.ServiceDefaults.Listening;

/// <summary>The limit of one request's body.</summary>
public static class BodyLimit
{
    // A chunk of one byte takes six on the wire, and a chunk extension may take more.
    private const int ChunkedFraming = 8;

    /// <summary>
    /// Has the server refuse a body with more than <paramref name="maxBytes"/> bytes. Of a chunked one it counts the framing too and is
    /// more generous: whoever reads it counts its bytes.
    /// </summary>
    public static void Set(HttpContext context, int maxBytes)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = context.Request.ContentLength is null ? (long)ChunkedFraming * maxBytes : maxBytes;
        }
    }
}
