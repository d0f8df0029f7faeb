using Microsoft.Extensions.Hosting;

namespace Godwit.Worker.Serving;

/// <summary>Looks again and again for requests whose Gateways are gone.</summary>
internal sealed class SilenceLoop(ServedRequests served, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            served.CancelSilent();
        }
    }
}
