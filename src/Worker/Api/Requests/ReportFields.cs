using System.Text.Json;

namespace Godwit.Worker.Api.Requests;

/// <summary>Reads the fields that say what is reported besides the text.</summary>
internal static class ReportFields
{
    /// <summary>What a body asks to be told.</summary>
    public static ReportOptions Read(ApiKind kind, Fields fields)
    {
        int? promptLogprobs = fields.Integer("prompt_logprobs", 0, ApiLimits.TopLogprobs);
        if (promptLogprobs is not null && fields.Flag("stream"))
        {
            throw ApiException.InvalidValue("prompt_logprobs", "'prompt_logprobs' is not allowed when 'stream' is true.");
        }

        return new ReportOptions(
            kind == ApiKind.Text && fields.Flag("echo"),
            kind == ApiKind.Chat ? ReadOfChat(fields) : ReadOfText(fields),
            promptLogprobs,
            fields.Flag("return_token_ids"));
    }

    private static int? ReadOfChat(Fields fields)
    {
        bool wanted = fields.Flag("logprobs");
        int? top = fields.Integer("top_logprobs", 0, ApiLimits.TopLogprobs);
        return wanted ? top ?? 0
            : top is null or 0 ? null
            : throw ApiException.InvalidValue("top_logprobs", "'top_logprobs' is allowed only when 'logprobs' is true.");
    }

    // A false is a mistake that can mean only one thing.
    private static int? ReadOfText(Fields fields) => fields.Find("logprobs") is not { ValueKind: JsonValueKind.False }
        ? fields.Integer("logprobs", 0, ApiLimits.TopLogprobs)
        : null;
}
