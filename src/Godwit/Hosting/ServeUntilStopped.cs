using Godwit.CommandLine.Supervision;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace Godwit.CommandLine.Hosting;

/// <summary>Runs one program in the foreground until a signal comes or it gives up by itself.</summary>
internal static class ServeUntilStopped
{
    public static async Task<int> RunAsync(
        string name,
        Func<WebApplicationBuilder, WebApplication> build,
        IConfiguration configuration,
        bool supervised)
    {
        using ShutdownSignals signals = new(ignoreInterrupt: supervised);
        if (!supervised)
            DotnetRunWatch.StopWithParent(signals);
        try
        {
            await using WebApplication app = await ProgramHost.StartAsync(build, configuration, signals.Stopping);
            if (!supervised)
                await Console.Out.WriteLineAsync($"godwit {name} is ready at {string.Join(", ", app.Urls)}");
            TaskCompletionSource gaveUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
            using CancellationTokenRegistration stopped = app.Lifetime.ApplicationStopping.Register(gaveUp.SetResult);
            await gaveUp.Task.WaitAsync(signals.Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await app.StopAsync(CancellationToken.None);
            // A program that stops its own host has said why in Environment.ExitCode; a signal is no failure.
            return signals.Stopping.IsCancellationRequested ? ExitCodes.Success : Math.Max(Environment.ExitCode, ExitCodes.Failure);
        }
        catch (OperationCanceledException) when (signals.Stopping.IsCancellationRequested)
        {
            return ExitCodes.Success;
        }
    }
}
