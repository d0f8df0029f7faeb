using System.Threading.Channels;

namespace Godwit.Bench.Flover;

/// <summary>
/// A batch takes what has arrived when it starts; newcomers wait until the whole batch has ended. With one request per batch: first come,
/// first served.
/// </summary>
internal sealed class BatchServing : IServing
{
    private readonly Channel<(Func<Task> Answer, TaskCompletionSource Done)> _waiting =
        Channel.CreateUnbounded<(Func<Task> Answer, TaskCompletionSource Done)>();

    private readonly ServingEngine _engine;

    public BatchServing(ServingEngine engine, int mostPerBatch)
    {
        _engine = engine;
        _ = ServeAsync(mostPerBatch);
    }

    /// <inheritdoc/>
    public Task AnswerAsync(int request, int promptTokens, int newTokens)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Writer.TryWrite((() => _engine.AnswerAsync(request, promptTokens, newTokens), done));
        return done.Task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _waiting.Writer.Complete();
        _engine.Dispose();
    }

    private async Task ServeAsync(int mostPerBatch)
    {
        while (await _waiting.Reader.WaitToReadAsync())
        {
            List<Task> batch = [];
            while (batch.Count < mostPerBatch && _waiting.Reader.TryRead(out (Func<Task> Answer, TaskCompletionSource Done) request))
                batch.Add(FinishAsync(request.Answer, request.Done));
            await Task.WhenAll(batch);
        }
    }

    private static async Task FinishAsync(Func<Task> answer, TaskCompletionSource done)
    {
        Task ended = answer();
        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        done.SetFromTask(ended);
    }
}
