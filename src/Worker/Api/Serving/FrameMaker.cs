using System.Buffers;
using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Frames;
using Godwit.Contracts.Migration;
using Godwit.Contracts.OpenAI;
using Godwit.Worker.Api.Answers;
using Godwit.Worker.Engine;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Api.Serving;

/// <summary>
/// Makes frames of a request's outputs and keeps those that its Gateway may still want. Not thread-safe; its request guards it.
/// </summary>
internal sealed class FrameMaker : IDisposable
{
    private readonly ArrayBufferWriter<byte> _payload = new();
    private readonly AnswerFormatter _formatter;
    private readonly FrameLog _log;
    private readonly bool _hasScores;
    private int _unfinished;

    /// <param name="call">The request.</param>
    /// <param name="acknowledged">Per choice what its Gateway has already; null: it begins here.</param>
    public FrameMaker(PreparedCall call, IReadOnlyList<int>? acknowledged)
    {
        _formatter = call.Formatter;
        _unfinished = call.Choices;
        _hasScores = call.Completion.Sampling.Logprobs is not null;
        _log = new FrameLog(call.Choices, acknowledged);
        for (int choice = 0; choice < call.Choices; choice++)
        {
            Open(choice);
        }
    }

    /// <summary>Per choice the token that the Gateway wants next, as far as is known.</summary>
    public IReadOnlyList<int> Acknowledged => _log.Acknowledged;

    /// <summary>Bytes held for the Gateway.</summary>
    public long Bytes => _log.Bytes;

    /// <summary>Every choice is finished.</summary>
    public bool IsFinished => _unfinished == 0;

    /// <summary>The stream's last frame is made.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The frame that sends a Gateway elsewhere.</summary>
    public static byte[] Moved(MovedNotice notice)
    {
        var encoded = new ArrayBufferWriter<byte>();
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(notice, ContractsJson.Default.MovedNotice);
        FrameWriter.Write(encoded, new Frame(FrameFlags.Moved, 0, 0, [], json));
        return encoded.WrittenSpan.ToArray();
    }

    /// <summary>Takes an output of the engine.</summary>
    public void Add(SequenceOutput output)
    {
        _unfinished -= output.Finish is null ? 0 : 1;
        _formatter.Append(_payload, _hasScores && output.Logprobs is null ? WithStandIns(output) : output);
        FrameFlags flags = output.Finish is null ? FrameFlags.None : FrameFlags.ChoiceFinished;
        _log.Add(new Frame(flags, output.Choice, output.FirstIndex, output.TokenIds, _payload.WrittenMemory));
        _payload.ResetWrittenCount();
    }

    /// <summary>Makes the last frame.</summary>
    public void Complete(int cachedTokens)
    {
        _formatter.CachedTokens = cachedTokens;
        _formatter.End(_payload);
        End(FrameFlags.Last);
    }

    /// <summary>Makes the last frame: not what the client shall see, but what the Gateway shall know, which may still recover it.</summary>
    public void Fail(ApiError error)
    {
        _payload.ResetWrittenCount();
        _payload.Write(ApiErrorBody.ToUtf8(error));
        End(error.Status < 500 ? FrameFlags.Error | FrameFlags.ClientError : FrameFlags.Error);
    }

    /// <summary>Adds the frames from a place in the log on, and says where to go on.</summary>
    public long Read(long cursor, StreamStart start, List<ReadOnlyMemory<byte>> frames) => _log.Read(cursor, start, frames);

    /// <summary>Drops what the Gateway has.</summary>
    public void Forget(IReadOnlyList<int> next) => _log.Forget(next);

    /// <inheritdoc/>
    public void Dispose() => _formatter.Dispose();

    private void Open(int choice)
    {
        _log.Add(new Frame(FrameFlags.Prompt, choice, 0, _formatter.Prompts[choice], default), isOpening: true);
        _formatter.Begin(_payload, choice);
        if (_payload.WrittenCount > 0)
        {
            _log.Add(new Frame(FrameFlags.None, choice, 0, [], _payload.WrittenMemory), isOpening: true);
            _payload.ResetWrittenCount();
        }
    }

    private void End(FrameFlags flags)
    {
        _log.Add(new Frame(flags, 0, 0, [], _payload.WrittenMemory), endsStream: true);
        _payload.ResetWrittenCount();
        IsComplete = true;
    }

    // Of tokens that the Gateway has, another worker told the log-probabilities, and they are said no more.
    private static SequenceOutput WithStandIns(SequenceOutput output) =>
        output with { Logprobs = [.. output.TokenIds.Select(id => new TokenLogprobs(id, 0, 1, []))] };
}
