using Godwit.Contracts.OpenAI;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Godwit.ServiceDefaults.Listening;

/// <summary>What a request has to say of its body: plain JSON in UTF-8. The Gateway and the workers refuse the same, in the same words.</summary>
public static class JsonContent
{
    /// <summary>The error of a request whose body is declared as something else; null when it is plain JSON.</summary>
    public static ApiError? Refuse(HttpRequest request)
    {
        bool json = request.HasJsonContentType()
            && MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));
        return !json ? Unsupported("The Content-Type must be application/json (charset utf-8).")
            : request.Headers.ContentEncoding.Count > 0 ? Unsupported("A Content-Encoding is not supported; send the JSON uncompressed.")
            : null;
    }

    private static ApiError Unsupported(string message) =>
        ApiError.Invalid(message, code: ApiErrorCodes.UnsupportedMediaType, status: StatusCodes.Status415UnsupportedMediaType);
}
