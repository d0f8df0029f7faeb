using Godwit.CommandLine.Hosting;
using Godwit.Gateway;
using Godwit.Scheduler;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace Godwit.CommandLine.Up;

/// <summary>Scheduler and Gateway as two hosts in this process. Disposing stops the Gateway first, so that what runs can end.</summary>
internal sealed class ControlPrograms : IAsyncDisposable
{
    private readonly Stack<WebApplication> _hosts = new();

    private ControlPrograms()
    {
    }

    public static async Task<ControlPrograms> StartAsync(IConfiguration configuration, CancellationToken cancellation)
    {
        ControlPrograms programs = new();
        try
        {
            programs._hosts.Push(await ProgramHost.StartAsync(SchedulerProgram.Build, configuration, cancellation));
            programs._hosts.Push(await ProgramHost.StartAsync(GatewayProgram.Build, configuration, cancellation));
            return programs;
        }
        catch
        {
            await programs.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_hosts.TryPop(out WebApplication? host))
        {
            await host.StopAsync();
            await host.DisposeAsync();
        }
    }
}
