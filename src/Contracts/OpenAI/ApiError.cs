using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Godwit.Contracts.OpenAI;

/// <summary>An error in OpenAI's shape: <c>{"error":{"message","type","param","code"}}</c>, all four keys always present, codes strings.</summary>
/// <param name="Error">The error.</param>
public sealed record ApiErrorBody(ApiError Error)
{
    /// <summary>Like every answer to a client: not escaped for HTML, so that people can read it.</summary>
    private static readonly ContractsJson Readable = new(
        new JsonSerializerOptions(ContractsJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The body's JSON.</summary>
    public static byte[] ToUtf8(ApiError error) => JsonSerializer.SerializeToUtf8Bytes(new ApiErrorBody(error), Readable.ApiErrorBody);
}

/// <summary>The inner object of an <see cref="ApiErrorBody"/>, with the HTTP status it is sent with.</summary>
/// <param name="Message">What was wrong and what is allowed.</param>
/// <param name="Type">Class of the error, <c>invalid_request_error</c> or <c>server_error</c>.</param>
/// <param name="Param">Name of the offending field, or null.</param>
/// <param name="Code">Machine-readable code, see <see cref="ApiErrorCodes"/>; null where OpenAI has none.</param>
public sealed record ApiError(
    string Message,
    string Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Param,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Code)
{
    /// <summary>HTTP status; not part of the body.</summary>
    [JsonIgnore]
    public int Status { get; init; } = 400;

    /// <summary>A request that cannot be served as it is (HTTP 400 unless said otherwise).</summary>
    public static ApiError Invalid(string message, string? param = null, string? code = null, int status = 400) =>
        new(message, "invalid_request_error", param, code) { Status = status };

    /// <summary>A model that nobody here serves: 404.</summary>
    public static ApiError ModelNotFound(string model) =>
        Invalid($"The model '{model}' does not exist. GET /v1/models lists those that do.", "model", ApiErrorCodes.ModelNotFound, 404);

    /// <summary>A request that cannot be served now: 503.</summary>
    public static ApiError Overloaded(string message) =>
        new(message, "server_error", null, ApiErrorCodes.ServerIsOverloaded) { Status = 503 };

    /// <summary>A fault of ours: 500 unless said otherwise.</summary>
    public static ApiError Server(string message, string code = ApiErrorCodes.InternalError, int status = 500) =>
        new(message, "server_error", null, code) { Status = status };
}
