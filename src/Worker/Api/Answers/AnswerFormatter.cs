using System.Buffers;
using Godwit.Worker.Engine;

namespace Godwit.Worker.Api.Answers;

/// <summary>Writes the answer of a generation: its choices, streamed or whole.</summary>
internal abstract class AnswerFormatter(AnswerHead head) : AnswerWriter
{
    private readonly AnswerParts _parts = new(head);

    /// <summary>What is known of the answer from the start.</summary>
    public AnswerHead Head { get; } = head;

    /// <summary>Prompt tokens that the prefix cache spared; known before the end.</summary>
    public int CachedTokens
    {
        set => Json.Usage.CachedTokens = value;
    }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<IReadOnlyList<int>> Prompts => Head.Prompts;

    /// <inheritdoc/>
    public sealed override bool IsStream => Head.Stream;

    /// <summary>Writes objects in OpenAI's shapes.</summary>
    protected AnswerJson Json { get; } = new(head);

    /// <summary>The formatter for an answer.</summary>
    public static AnswerFormatter Create(AnswerHead head) => head.Stream ? new StreamedAnswer(head) : new WholeAnswer(head);

    /// <inheritdoc/>
    public sealed override void Append(IBufferWriter<byte> output, SequenceOutput part)
    {
        Json.Usage.CompletionTokens += part.TokenIds.Count;
        AnswerPart made = _parts.Make(part);
        Json.Usage.ReasoningTokens = _parts.ReasoningTokens;
        AppendPart(output, made);
    }

    /// <inheritdoc/>
    public override void Dispose() => Json.Dispose();

    /// <summary>Writes, or keeps, a part of the answer.</summary>
    protected abstract void AppendPart(IBufferWriter<byte> output, AnswerPart part);
}
