using System.IO.Pipelines;
using Godwit.Contracts.OpenAI;
using Godwit.ServiceDefaults.Errors;
using Godwit.Worker.Engine;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Godwit.Worker.Api.Answers;

/// <summary>
/// Carries an answer to whoever called: bare, or in frames. Calls: <see cref="StartAsync"/>, then <see cref="Append"/> and
/// <see cref="FlushAsync"/> as outputs come, then <see cref="EndAsync"/>, or at any time <see cref="FailAsync"/>.
/// </summary>
internal abstract class AnswerTransport(HttpContext context, AnswerWriter formatter)
{
    /// <summary>Makes the client's bytes.</summary>
    protected AnswerWriter Formatter { get; } = formatter;

    /// <summary>The call.</summary>
    protected HttpContext Context { get; } = context;

    /// <summary>The response's bytes.</summary>
    protected PipeWriter Output { get; } = context.Response.BodyWriter;

    /// <summary>Sends the headers, if they can be known, and what comes before the first token.</summary>
    public abstract Task StartAsync(CancellationToken cancel);

    /// <summary>Writes an output of the engine.</summary>
    public abstract void Append(SequenceOutput part);

    /// <summary>Sends what was written.</summary>
    public abstract ValueTask FlushAsync(CancellationToken cancel);

    /// <summary>Writes the end of the answer and sends it.</summary>
    public abstract Task EndAsync(CancellationToken cancel);

    /// <summary>Carries the outputs of a generation, from the headers up to the end of the answer.</summary>
    /// <param name="generation">What the engine makes.</param>
    /// <param name="choices">How many choices it has.</param>
    /// <param name="cancel">The client is gone.</param>
    public async Task CarryAsync(Generation generation, int choices, CancellationToken cancel)
    {
        await StartAsync(cancel);
        int unfinished = choices;
        while (unfinished > 0 && await generation.Outputs.WaitToReadAsync(cancel))
        {
            while (generation.Outputs.TryRead(out SequenceOutput output))
            {
                Append(output);
                unfinished -= output.Finish is null ? 0 : 1;
            }

            // With the last outputs goes the end of the answer, in one write.
            if (unfinished > 0)
            {
                await FlushAsync(cancel);
            }
        }

        if (unfinished > 0)
        {
            throw new EngineFaultedException($"The engine ended a request with {unfinished} of {choices} choices unfinished.");
        }
    }

    /// <summary>Ends the answer with an error, in the clearest way that is still open.</summary>
    public Task FailAsync(ApiError error, CancellationToken cancel) =>
        Context.Response.HasStarted ? BreakAsync(error, cancel) : ApiErrors.WriteAsync(Context, error);

    /// <summary>Ends a response that has begun with an error.</summary>
    protected abstract Task BreakAsync(ApiError error, CancellationToken cancel);

    /// <summary>Sets the headers of a stream, which nothing between us and the client may hold back.</summary>
    public static void SetStreamHeaders(HttpResponse response, string contentType)
    {
        response.ContentType = contentType;
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";
    }

    /// <summary>Sends what was written; a client that is gone is a <see cref="ConnectionAbortedException"/>.</summary>
    protected async ValueTask FlushOutputAsync(CancellationToken cancel)
    {
        FlushResult flush = await Output.FlushAsync(cancel);
        if (flush.IsCompleted || flush.IsCanceled)
        {
            throw new ConnectionAbortedException();
        }
    }
}
