using Microsoft.Extensions.Hosting;

namespace Godwit.Worker.Api.Serving;

/// <summary>Lets time pass for the requests of Gateways.</summary>
internal sealed class DeadlineLoop(RequestTable requests, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            requests.Tick();
        }
    }
}
