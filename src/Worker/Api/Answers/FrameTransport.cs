using System.Buffers;
using Godwit.Contracts.Frames;
using Godwit.Contracts.OpenAI;
using Godwit.Worker.Engine;
using Microsoft.AspNetCore.Http;

namespace Godwit.Worker.Api.Answers;

/// <summary>
/// Carries an answer to the Gateway (DESIGN §5.2): per frame the token ids that recovery and migration need, and the client's bytes,
/// if there are any.
/// </summary>
internal sealed class FrameTransport(HttpContext context, AnswerWriter formatter) : AnswerTransport(context, formatter)
{
    /// <summary>The payload of the frame being made; used again for the next.</summary>
    private readonly ArrayBufferWriter<byte> _payload = new();

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancel)
    {
        SetStreamHeaders(Context.Response, InternalHeaders.FramesMediaType);
        for (int choice = 0; choice < Formatter.Prompts.Count; choice++)
        {
            FrameWriter.Write(Output, new Frame(FrameFlags.Prompt, choice, 0, Formatter.Prompts[choice], default));
            Formatter.Begin(_payload, choice);
            if (_payload.WrittenCount > 0)
            {
                WriteFrame(FrameFlags.None, choice, 0, []);
            }
        }

        await FlushOutputAsync(cancel);
    }

    /// <inheritdoc/>
    public override void Append(SequenceOutput part)
    {
        Formatter.Append(_payload, part);
        WriteFrame(part.Finish is null ? FrameFlags.None : FrameFlags.ChoiceFinished, part.Choice, part.FirstIndex, part.TokenIds);
    }

    /// <inheritdoc/>
    public override ValueTask FlushAsync(CancellationToken cancel) => FlushOutputAsync(cancel);

    /// <inheritdoc/>
    public override async Task EndAsync(CancellationToken cancel)
    {
        Formatter.End(_payload);
        WriteFrame(FrameFlags.Last, 0, 0, []);
        await FlushOutputAsync(cancel);
    }

    /// <inheritdoc/>
    protected override async Task BreakAsync(ApiError error, CancellationToken cancel)
    {
        // Not what the client shall see, but what the Gateway shall know: it may still recover the request elsewhere.
        _payload.ResetWrittenCount();
        _payload.Write(ApiErrorBody.ToUtf8(error));
        WriteFrame(error.Status < 500 ? FrameFlags.Error | FrameFlags.ClientError : FrameFlags.Error, 0, 0, []);
        await FlushOutputAsync(cancel);
    }

    private void WriteFrame(FrameFlags flags, int choice, int firstIndex, IReadOnlyList<int> tokenIds)
    {
        FrameWriter.Write(Output, new Frame(flags, choice, firstIndex, tokenIds, _payload.WrittenMemory));
        _payload.ResetWrittenCount();
    }
}
