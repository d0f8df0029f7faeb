using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Godwit.CommandLine.Supervision;

/// <summary>
/// Keeps one child process alive: started again after a crash, stopped with the supervisor. The child's standard input is a pipe that only
/// this process holds, so that the child notices the end of the supervisor however it came (<see cref="SupervisorWatch"/>). The command is asked for anew for every life.
/// </summary>
internal sealed partial class SupervisedProcess(
    string name,
    Func<ChildCommand> command,
    TextWriter output,
    TimeProvider time,
    ILogger<SupervisedProcess> logger)
{
    /// <summary>How long a child may take to stop by itself before it is killed.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(8);

    private readonly RestartBackoff _backoff = new();
    private readonly TaskCompletionSource<ChildOutcome> _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile int _processId;
    private volatile int _crashes;
    private volatile string? _lastErrorLine;

    public string Name => name;

    /// <summary>Process id of the current life, 0 between two lives.</summary>
    public int ProcessId => _processId;

    /// <summary>How often it has ended unasked so far.</summary>
    public int Crashes => _crashes;

    /// <summary>The last line it wrote to its standard error, over all lives.</summary>
    public string? LastErrorLine => _lastErrorLine;

    /// <summary>Ends when the child ended in a way that a restart would not mend (<see cref="ExitCodes.IsFinal"/>).</summary>
    public Task<ChildOutcome> Refused => _refused.Task;

    /// <summary>Runs the child until <paramref name="stopping"/>, or until it refuses to run at all.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            long started = time.GetTimestamp();
            int? exitCode = await RunOnceAsync(stopping);
            if (exitCode is not { } code)
                return;
            if (ExitCodes.IsFinal(code))
            {
                _refused.TrySetResult(new ChildOutcome(code, _lastErrorLine));
                return;
            }

            _crashes++;
            TimeSpan delay = _backoff.Next(time.GetElapsedTime(started));
            LogCrashed(logger, name, code, delay.TotalMilliseconds);
            await Task.Delay(delay, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One life of the child: its exit code, or null when it was stopped because we stop.</summary>
    private async Task<int?> RunOnceAsync(CancellationToken stopping)
    {
        using Process process = Process.Start(command().ToStartInfo())!;
        _processId = process.Id;
        Task pumps = Task.WhenAll(PumpAsync(process.StandardError, isError: true), PumpAsync(process.StandardOutput, isError: false));
        try
        {
            await process.WaitForExitAsync(stopping);
            await pumps;
            return process.ExitCode;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await StopAsync(process);
            await pumps;
            return null;
        }
        finally
        {
            _processId = 0;
        }
    }

    private async Task StopAsync(Process process)
    {
        using CancellationTokenSource deadline = new(StopTimeout, time);
        UnixProcess.Terminate(process);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            LogKilled(logger, name, StopTimeout.TotalSeconds);
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private async Task PumpAsync(StreamReader lines, bool isError)
    {
        while (await lines.ReadLineAsync() is { } line)
        {
            if (line.Length == 0)
                continue;
            if (isError)
                _lastErrorLine = line;
            await output.WriteLineAsync($"{name} | {line}");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Child} ended with exit code {ExitCode}; it is started again in {DelayMs} ms")]
    private static partial void LogCrashed(ILogger logger, string child, int exitCode, double delayMs);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Child} did not stop within {Seconds} s and was killed")]
    private static partial void LogKilled(ILogger logger, string child, double seconds);
}
