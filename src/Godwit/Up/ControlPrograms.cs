using Godwit.CommandLine.Hosting;
using Godwit.Gateway;
using Godwit.Router;
using Godwit.Scheduler;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace Godwit.CommandLine.Up;

/// <summary>
/// The hosts in this process: the supervisor's listener and, unless they have processes of their own, Router, Scheduler and
/// Gateway. Disposing stops the Gateway first, so that what runs can end.
/// </summary>
internal sealed class ControlPrograms : IAsyncDisposable
{
    private readonly Stack<WebApplication> _hosts = new();

    private ControlPrograms()
    {
    }

    public static async Task<ControlPrograms> StartAsync(
        Func<WebApplicationBuilder, WebApplication> supervisor, bool separate, IConfiguration configuration, CancellationToken cancellation)
    {
        ControlPrograms programs = new();
        try
        {
            Func<WebApplicationBuilder, WebApplication>[] builds =
                separate ? [supervisor] : [supervisor, RouterProgram.Build, SchedulerProgram.Build, GatewayProgram.Build];
            foreach (Func<WebApplicationBuilder, WebApplication> build in builds)
            {
                programs._hosts.Push(await ProgramHost.StartAsync(build, configuration, cancellation));
            }

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
