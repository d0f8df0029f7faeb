using System.Buffers;
using Godwit.Contracts.OpenAI;
using Godwit.Worker.Engine;

namespace Godwit.Worker.Api.Answers;

/// <summary>
/// Turns what the engine reports into the bytes that the client gets. Both transports use it, so that a client cannot tell whether it
/// talks to a worker or through the Gateway. Calls: <see cref="Begin"/> per choice, <see cref="Append"/> per output, <see cref="End"/>.
/// </summary>
internal abstract class AnswerFormatter(AnswerHead head) : IDisposable
{
    private readonly AnswerParts _parts = new(head);

    /// <summary>What is known of the answer from the start.</summary>
    public AnswerHead Head { get; } = head;

    /// <summary>Prompt tokens that the prefix cache spared; known before the end.</summary>
    public int CachedTokens
    {
        set => Json.Usage.CachedTokens = value;
    }

    /// <summary>Media type of the bytes.</summary>
    public abstract string ContentType { get; }

    /// <summary>Writes objects in OpenAI's shapes.</summary>
    protected AnswerJson Json { get; } = new(head);

    /// <summary>The formatter for an answer.</summary>
    public static AnswerFormatter Create(AnswerHead head) => head.Stream ? new StreamedAnswer(head) : new WholeAnswer(head);

    /// <summary>Opens a choice.</summary>
    public abstract void Begin(IBufferWriter<byte> output, int choice);

    /// <summary>Adds an output of the engine.</summary>
    public void Append(IBufferWriter<byte> output, SequenceOutput part)
    {
        Json.Usage.CompletionTokens += part.TokenIds.Count;
        AnswerPart made = _parts.Make(part);
        Json.Usage.ReasoningTokens = _parts.ReasoningTokens;
        AppendPart(output, made);
    }

    /// <summary>Ends the answer; every choice is finished.</summary>
    public abstract void End(IBufferWriter<byte> output);

    /// <summary>Ends the answer's bytes with an error, after some were sent.</summary>
    public abstract void Fail(IBufferWriter<byte> output, ApiError error);

    /// <inheritdoc/>
    public void Dispose() => Json.Dispose();

    /// <summary>Writes, or keeps, a part of the answer.</summary>
    protected abstract void AppendPart(IBufferWriter<byte> output, AnswerPart part);
}
