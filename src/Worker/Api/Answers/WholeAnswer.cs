using System.Buffers;
using System.Text;
using Godwit.Contracts.OpenAI;
using Godwit.Worker.Engine;

namespace Godwit.Worker.Api.Answers;

/// <summary>An answer as one JSON object, written when every choice is finished.</summary>
internal sealed class WholeAnswer(AnswerHead head) : AnswerFormatter(head)
{
    private readonly StringBuilder[] _texts = [.. head.Prompts.Select(_ => new StringBuilder())];
    private readonly FinishReason[] _finishes = new FinishReason[head.Prompts.Count];

    /// <inheritdoc/>
    public override string ContentType => "application/json; charset=utf-8";

    /// <inheritdoc/>
    public override void Begin(IBufferWriter<byte> output, int choice)
    {
        // Nothing is sent before the end, so that a failure still has a status of its own.
    }

    /// <inheritdoc/>
    public override void End(IBufferWriter<byte> output) =>
        Json.WriteWhole(output, [.. _texts.Select((text, i) => (text.ToString(), _finishes[i]))], CompletionTokens);

    /// <inheritdoc/>
    public override void Fail(IBufferWriter<byte> output, ApiError error) => output.Write(ApiErrorBody.ToUtf8(error));

    /// <inheritdoc/>
    protected override void AppendText(IBufferWriter<byte> output, SequenceOutput part)
    {
        _texts[part.Choice].Append(part.Text);
        if (part.Finish is { } finish)
        {
            _finishes[part.Choice] = finish;
        }
    }
}
