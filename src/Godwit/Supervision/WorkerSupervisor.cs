using Godwit.CommandLine.Library;
using Godwit.CommandLine.Up;
using Godwit.Contracts.Instances;
using Godwit.Contracts.OpenAI;
using Godwit.Contracts.Scheduling;
using Godwit.ServiceDefaults.Redis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Godwit.CommandLine.Supervision;

/// <summary>
/// Starts workers, and stops them when they are empty. The Scheduler drains them; here is only watched what they say of themselves, and a
/// deadline, so that a stop comes to its end whatever becomes of the Scheduler, of Redis or of the worker.
/// </summary>
internal sealed partial class WorkerSupervisor(
    WorkerFleet fleet,
    ModelFolders library,
    WorkerNames names,
    SupervisorStore store,
    IOptions<SupervisionOptions> options,
    TimeProvider time,
    ILogger<WorkerSupervisor> logger) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<string, Task> _stopping = new(StringComparer.Ordinal);

    /// <summary>Starts workers; their ids, or why not.</summary>
    public (InstanceIds? Started, ApiError? Error) Start(StartOrder? order)
    {
        if (order is not { Model: not null, Count: >= 1 and <= StartOrder.MaxCount })
        {
            return (null, ApiError.Invalid(
                $"An order needs a 'model' and a 'count' from 1 to {StartOrder.MaxCount}.", code: ApiErrorCodes.InvalidValue));
        }

        if (!library.Ids.Contains(order.Model))
        {
            return (null, ApiError.Invalid(
                $"The library has no model '{order.Model}'; it has {string.Join(", ", library.Ids)}.",
                "model",
                ApiErrorCodes.ModelNotFound,
                status: 404));
        }

        List<string> ids = [];
        for (int i = 0; i < order.Count; i++)
        {
            WorkerPlan worker = names.Next(order.Model, library.FolderOf(order.Model));
            if (!fleet.Start(worker))
            {
                return (null, ApiError.Overloaded("Everything stops here."));
            }

            ids.Add(worker.Instance);
        }

        LogStarted(logger, order.Model, string.Join(", ", ids));
        return (new InstanceIds(ids), null);
    }

    /// <summary>Begins to stop a worker; false when there is no such worker. A second call changes nothing.</summary>
    public bool BeginStop(string instance)
    {
        if (fleet.Find(instance) is not { } process)
        {
            return false;
        }

        lock (_stopping)
        {
            if (!_stopping.ContainsKey(instance))
            {
                _stopping.Add(instance, StopWhenEmptyAsync(instance, process));
            }
        }

        return true;
    }

    /// <summary>Stops watching: what still runs is stopped with all others.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        Task[] stopping;
        lock (_stopping)
        {
            stopping = [.. _stopping.Values];
        }

        await Task.WhenAll(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task StopWhenEmptyAsync(string instance, SupervisedProcess process)
    {
        long begun = time.GetTimestamp();
        TimeSpan deadline = TimeSpan.FromSeconds(options.Value.DrainSeconds);
        using PeriodicTimer timer = new(Interval, time);
        while (await timer.WaitForNextTickAsync(_end.Token))
        {
            // Between two lives there is nothing that could be lost; and one that has refused never lives again.
            bool isEmpty = process.ProcessId == 0 || await IsEmptyAsync(instance);
            if (isEmpty || time.GetElapsedTime(begun) >= deadline)
            {
                LogStops(logger, instance, isEmpty ? "it is empty" : $"it is not empty after {deadline.TotalSeconds} s");
                await fleet.StopAsync(instance);
                return;
            }
        }
    }

    private async Task<bool> IsEmptyAsync(string instance)
    {
        try
        {
            return await store.StatusAsync(instance, _end.Token) is { State: InstanceState.Empty };
        }
        catch (Exception e) when (RedisConnection.IsUnavailable(e))
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Starting for the model {Model}: {Instances}")]
    private static partial void LogStarted(ILogger logger, string model, string instances);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping {Instance}: {Why}")]
    private static partial void LogStops(ILogger logger, string instance, string why);
}
