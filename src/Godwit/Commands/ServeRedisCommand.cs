using System.CommandLine;
using System.Net;
using Godwit.CommandLine.Configuration;
using Godwit.CommandLine.Hosting;
using Godwit.CommandLine.Supervision;

namespace Godwit.CommandLine.Commands;

/// <summary><c>godwit serve redis</c>: the embedded store alone, for a cluster that has no Redis.</summary>
internal static class ServeRedisCommand
{
    public static Command Create()
    {
        Option<int> port = new("--port") { Description = "Port.", HelpName = "PORT", DefaultValueFactory = _ => 6379 };
        Option<string> bind = new("--bind")
        {
            Description = "Address. It asks for no password: let nobody but the cluster reach it.",
            HelpName = "ADDRESS",
            DefaultValueFactory = _ => "127.0.0.1",
        };
        Command command = new("redis", "Garnet, a Redis-compatible store, in memory only.") { port, bind };
        command.SetAction(result => CommandRunner.RunAsync(
            () => RunAsync(result.GetValue(bind)!, result.GetValue(port)), Console.Error));
        return command;
    }

    private static async Task<int> RunAsync(string bind, int port)
    {
        if (!IPAddress.TryParse(bind, out IPAddress? address))
            throw new ConfigurationException($"--bind: '{bind}' is not an IP address.");
        if (port is < 0 or > IPEndPoint.MaxPort)
            throw new ConfigurationException($"--port: {port} is not a port (0 to {IPEndPoint.MaxPort}).");
        int chosen = new PortChoice(PortChoice.CanBind).Exact(address, port)
            ?? throw new StartFailedException($"Port {port} on {bind} is taken; choose another one with --port.");
        using ShutdownSignals signals = new();
        DotnetRunWatch.StopWithParent(signals);
        using EmbeddedRedis redis = EmbeddedRedis.Start(bind, chosen);
        await Console.Out.WriteLineAsync($"godwit redis is ready at {new IPEndPoint(address, chosen)}");
        await Task.Delay(Timeout.Infinite, signals.Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ExitCodes.Success;
    }
}
