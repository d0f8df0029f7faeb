using Godwit.Contracts.OpenAI;

namespace Godwit.Worker.Api;

/// <summary>A request that is answered with an error in OpenAI's shape.</summary>
internal sealed class ApiException(ApiError error) : Exception(error.Message)
{
    /// <summary>What the client gets.</summary>
    public ApiError Error { get; } = error;

    /// <summary>A field of the wrong type or out of range.</summary>
    public static ApiException InvalidValue(string param, string message) =>
        new(ApiError.Invalid(message, param, ApiErrorCodes.InvalidValue));

    /// <summary>A required field that is missing or null.</summary>
    public static ApiException Missing(string param, string allowed) =>
        new(ApiError.Invalid($"'{param}' is required: {allowed}.", param, ApiErrorCodes.MissingField));

    /// <summary>Something that this server knows of but does not serve.</summary>
    public static ApiException Unsupported(string param, string message) =>
        new(ApiError.Invalid(message, param, ApiErrorCodes.UnsupportedParameter));

    /// <summary>Text that is not well-formed Unicode.</summary>
    public static ApiException InvalidUtf8(string message) => new(ApiError.Invalid(message, null, ApiErrorCodes.InvalidUtf8));

    /// <summary>A body that is not JSON.</summary>
    public static ApiException InvalidJson(string message) => new(ApiError.Invalid(message, null, ApiErrorCodes.InvalidJson));
}
