using Godwit.Contracts.Scheduling;
using Godwit.ServiceDefaults.Redis;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;

namespace Godwit.CommandLine.Supervision;

/// <summary>Keeps the supervisor's address in Redis while it lives.</summary>
internal sealed class SupervisorAnnouncement(
    SupervisorStore store, IServer server, IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        SupervisorEntry entry = new(server.Features.Get<IServerAddressesFeature>()!.Addresses.First());
        try
        {
            using PeriodicTimer timer = new(Period, time);
            do
            {
                await TryAsync(store.AnnounceAsync(entry, stoppingToken));
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        finally
        {
            await TryAsync(store.SignOffAsync(entry, CancellationToken.None));
        }
    }

    // While Redis is away nobody can ask for us, and the connection itself says so in the log.
    private static async Task TryAsync(Task call)
    {
        try
        {
            await call;
        }
        catch (Exception e) when (RedisConnection.IsUnavailable(e))
        {
        }
    }
}
