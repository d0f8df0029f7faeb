using System.Buffers;
using Godwit.Contracts.OpenAI;
using Godwit.Worker.Engine;

namespace Godwit.Worker.Api.Answers;

/// <summary>An answer that is known whole and has no part of the engine.</summary>
/// <param name="json">Its JSON.</param>
internal sealed class ReadyAnswer(ReadOnlyMemory<byte> json) : AnswerWriter
{
    /// <inheritdoc/>
    public override IReadOnlyList<IReadOnlyList<int>> Prompts => [];

    /// <inheritdoc/>
    public override bool IsStream => false;

    /// <inheritdoc/>
    public override string ContentType => "application/json; charset=utf-8";

    /// <inheritdoc/>
    public override void Begin(IBufferWriter<byte> output, int choice)
    {
    }

    /// <inheritdoc/>
    public override void Append(IBufferWriter<byte> output, SequenceOutput part) =>
        throw new NotSupportedException("The engine has no part in this answer.");

    /// <inheritdoc/>
    public override void End(IBufferWriter<byte> output) => output.Write(json.Span);

    /// <inheritdoc/>
    public override void Fail(IBufferWriter<byte> output, ApiError error) => output.Write(ApiErrorBody.ToUtf8(error));
}
