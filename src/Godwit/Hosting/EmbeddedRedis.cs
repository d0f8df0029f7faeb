using Garnet;
using Microsoft.Extensions.Logging.Abstractions;

namespace Godwit.CommandLine.Hosting;

/// <summary>Garnet in this process: the coordination store of a machine that has no Redis. It keeps everything in memory and writes no file.</summary>
internal sealed class EmbeddedRedis : IDisposable
{
    private readonly GarnetServer _server;

    private EmbeddedRedis(GarnetServer server) => _server = server;

    /// <summary>Starts one; it answers when this returns.</summary>
    public static EmbeddedRedis Start(string address, int port)
    {
        string[] arguments =
        [
            "--bind", address,
            "--port", $"{port}",
            "-q",
            "--disable-console-logger",
            // What is coordinated here is small; the defaults reserve gigabytes of address space.
            "--memory", "64m",
            "--index", "8m",
            "--index-max-size", "64m",
            // Nothing is ever saved, but a SAVE from outside must not write into the working directory.
            "--checkpointdir", Path.Combine(Path.GetTempPath(), $"godwit-garnet-{Environment.ProcessId}"),
        ];
        GarnetServer server = new(arguments, NullLoggerFactory.Instance);
        server.Start();
        return new EmbeddedRedis(server);
    }

    public void Dispose() => _server.Dispose();
}
