using System.Buffers;
using Godwit.Contracts.OpenAI;
using Godwit.Worker.Engine;

namespace Godwit.Worker.Api.Answers;

/// <summary>
/// Turns what the engine reports into the bytes that the client gets. Both transports use it, so that a client cannot tell whether it
/// talks to a worker or through the Gateway. Calls: <see cref="Begin"/> per prompt, <see cref="Append"/> per output, <see cref="End"/>.
/// </summary>
internal abstract class AnswerWriter : IDisposable
{
    /// <summary>Token ids of the prompt of each choice that can be gone on with elsewhere.</summary>
    public abstract IReadOnlyList<IReadOnlyList<int>> Prompts { get; }

    /// <summary>Answer by server-sent events.</summary>
    public abstract bool IsStream { get; }

    /// <summary>Media type of the bytes.</summary>
    public abstract string ContentType { get; }

    /// <summary>Opens a choice.</summary>
    public abstract void Begin(IBufferWriter<byte> output, int choice);

    /// <summary>Adds an output of the engine.</summary>
    public abstract void Append(IBufferWriter<byte> output, SequenceOutput part);

    /// <summary>Ends the answer; every choice is finished.</summary>
    public abstract void End(IBufferWriter<byte> output);

    /// <summary>Ends the answer's bytes with an error, after some were sent.</summary>
    public abstract void Fail(IBufferWriter<byte> output, ApiError error);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }
}
