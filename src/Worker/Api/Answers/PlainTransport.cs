using System.Buffers;
using Godwit.Contracts.OpenAI;
using Godwit.Worker.Engine;
using Microsoft.AspNetCore.Http;

namespace Godwit.Worker.Api.Answers;

/// <summary>Carries an answer to a client that calls the worker itself: the formatter's bytes and nothing else.</summary>
internal sealed class PlainTransport(HttpContext context, AnswerWriter formatter, TimeProvider time)
    : AnswerTransport(context, formatter)
{
    /// <summary>
    /// Between the error event of a broken stream and the abort. Measured with the official clients: reset at once, they lose the event.
    /// </summary>
    private static readonly TimeSpan PauseBeforeAbort = TimeSpan.FromMilliseconds(50);

    /// <summary>An answer that is not streamed, until its length is known.</summary>
    private readonly ArrayBufferWriter<byte> _whole = new();

    private bool IsStream => Formatter.IsStream;

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancel)
    {
        if (!IsStream)
        {
            return;
        }

        SetStreamHeaders(Context.Response, Formatter.ContentType);
        for (int choice = 0; choice < Formatter.Prompts.Count; choice++)
        {
            Formatter.Begin(Output, choice);
        }

        await FlushOutputAsync(cancel);
    }

    /// <inheritdoc/>
    public override void Append(SequenceOutput part) => Formatter.Append(IsStream ? Output : _whole, part);

    /// <inheritdoc/>
    public override ValueTask FlushAsync(CancellationToken cancel) =>
        IsStream ? FlushOutputAsync(cancel) : ValueTask.CompletedTask;

    /// <inheritdoc/>
    public override async Task EndAsync(CancellationToken cancel)
    {
        if (IsStream)
        {
            Formatter.End(Output);
        }
        else
        {
            Formatter.End(_whole);
            Context.Response.ContentType = Formatter.ContentType;
            Context.Response.ContentLength = _whole.WrittenCount;
            Output.Write(_whole.WrittenSpan);
        }

        await FlushOutputAsync(cancel);
    }

    /// <inheritdoc/>
    protected override async Task BreakAsync(ApiError error, CancellationToken cancel)
    {
        Formatter.Fail(Output, error);
        await FlushOutputAsync(cancel);
        await Task.Delay(PauseBeforeAbort, time, cancel);
        Context.Abort();
    }
}
