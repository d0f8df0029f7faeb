using Godwit.Contracts.Frames;

namespace Godwit.Worker.Api.Serving;

/// <summary>A Gateway's call, with all that another worker would need to serve it too.</summary>
/// <param name="Kind">The endpoint.</param>
/// <param name="Body">The client's body, byte for byte.</param>
/// <param name="Ticket">What the Gateway fixed.</param>
/// <param name="Prepared">What was made of it here.</param>
internal sealed record ServedCall(ApiKind Kind, ReadOnlyMemory<byte> Body, AdmissionTicket Ticket, PreparedCall Prepared)
{
    /// <summary>The public path of the endpoint.</summary>
    public string Path => PathOf(Kind);

    /// <summary>The public path of an endpoint.</summary>
    public static string PathOf(ApiKind kind) => kind == ApiKind.Chat ? "/v1/chat/completions" : "/v1/completions";

    /// <summary>The endpoint at a public path; null when no request of it can be gone on with.</summary>
    public static ApiKind? KindAt(string path) => path switch
    {
        "/v1/chat/completions" => ApiKind.Chat,
        "/v1/completions" => ApiKind.Text,
        _ => null,
    };
}
