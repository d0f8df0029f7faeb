using Microsoft.Extensions.Hosting;

namespace Godwit.CommandLine.Hosting;

/// <summary>A host lifetime that listens to nothing: signals belong to <see cref="ShutdownSignals"/>, because several hosts share a process.</summary>
internal sealed class ExternalLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
