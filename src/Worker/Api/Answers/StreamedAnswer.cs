using System.Buffers;
using Godwit.Contracts.OpenAI;
using Godwit.Worker.ToolCalls;

namespace Godwit.Worker.Api.Answers;

/// <summary>
/// An answer by server-sent events, in OpenAI's order: role (chat only), text, finish, usage if asked for, <c>[DONE]</c>.
/// </summary>
internal sealed class StreamedAnswer(AnswerHead head) : AnswerFormatter(head)
{
    /// <inheritdoc/>
    public override string ContentType => "text/event-stream; charset=utf-8";

    /// <inheritdoc/>
    public override void Begin(IBufferWriter<byte> output, int choice)
    {
        if (Head.Kind == ApiKind.Chat)
        {
            output.Write("data: "u8);
            Json.WriteRole(output, choice);
            output.Write("\n\n"u8);
        }
    }

    /// <inheritdoc/>
    public override void End(IBufferWriter<byte> output)
    {
        if (Head.Delivery.IncludeUsage)
        {
            output.Write("data: "u8);
            Json.WriteUsage(output);
            output.Write("\n\n"u8);
        }

        output.Write("data: [DONE]\n\n"u8);
    }

    /// <inheritdoc/>
    public override void Fail(IBufferWriter<byte> output, ApiError error)
    {
        output.Write("data: "u8);
        output.Write(ApiErrorBody.ToUtf8(error));
        output.Write("\n\n"u8);
    }

    /// <inheritdoc/>
    protected override void AppendPart(IBufferWriter<byte> output, AnswerPart part)
    {
        if (part.Deltas is { } deltas)
        {
            AppendDeltas(output, part, deltas);
        }
        else if (part.Text.Length > 0 || part.Tokens.Count > 0 || (Head.Report.ReturnTokenIds && part.TokenIds.Count > 0))
        {
            output.Write("data: "u8);
            Json.WriteText(output, part);
            output.Write("\n\n"u8);
        }

        if (part.Finish is { } finish)
        {
            output.Write("data: "u8);
            Json.WriteFinish(output, part.Choice, finish, part.EndsInCalls);
            output.Write("\n\n"u8);
        }
    }

    // One stretch a chunk: clients put calls together chunk by chunk.
    private void AppendDeltas(IBufferWriter<byte> output, AnswerPart part, IReadOnlyList<OutputDelta> deltas)
    {
        bool tellsTokens = part.Tokens.Count > 0 || (Head.Report.ReturnTokenIds && part.TokenIds.Count > 0);
        for (int i = 0; i < deltas.Count || (i == 0 && tellsTokens); i++)
        {
            output.Write("data: "u8);
            Json.WriteDelta(output, part, i < deltas.Count ? deltas[i] : null, isFirst: i == 0);
            output.Write("\n\n"u8);
        }
    }
}
