using System.Buffers;
using Godwit.Contracts.OpenAI;

namespace Godwit.Worker.Api.Answers;

/// <summary>An answer as one JSON object, written when every choice is finished.</summary>
internal sealed class WholeAnswer(AnswerHead head) : AnswerFormatter(head)
{
    private readonly AnswerChoice[] _choices = [.. head.Prompts.Select(prompt => new AnswerChoice(prompt))];

    /// <inheritdoc/>
    public override string ContentType => "application/json; charset=utf-8";

    /// <inheritdoc/>
    public override void Begin(IBufferWriter<byte> output, int choice)
    {
        // Nothing is sent before the end, so that a failure still has a status of its own.
    }

    /// <inheritdoc/>
    public override void End(IBufferWriter<byte> output) =>
        Json.WriteWhole(output, [.. _choices.Chunk(Head.Choices.Generated).SelectMany(Best)]);

    /// <inheritdoc/>
    public override void Fail(IBufferWriter<byte> output, ApiError error) => output.Write(ApiErrorBody.ToUtf8(error));

    /// <inheritdoc/>
    protected override void AppendPart(IBufferWriter<byte> output, AnswerPart part) => _choices[part.Choice].Add(part);

    // As OpenAI words it: those with the highest log-probability per token, best first; of equals the one that was generated first.
    private IEnumerable<AnswerChoice> Best(AnswerChoice[] generated) => Head.Choices.Answered == generated.Length
        ? generated
        : generated.OrderByDescending(choice => choice.MeanLogprob).Take(Head.Choices.Answered);
}
