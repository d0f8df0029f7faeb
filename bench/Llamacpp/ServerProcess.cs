using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Godwit.Worker.Model;

namespace Godwit.Bench.Llamacpp;

/// <summary>A server on loopback in a process of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;

    private ServerProcess(Process process, int port)
    {
        _process = process;
        AppDomain.CurrentDomain.ProcessExit += Kill;
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = s_patience };
    }

    /// <summary>Calls it.</summary>
    public HttpClient Client { get; }

    /// <summary>llama-server with one slot.</summary>
    public static Task<ServerProcess> StartLlamaAsync(LlamaTools tools, string model, int threads) => StartAsync(port => tools.Start(
        "llama-server",
        "-m", model,
        "--host", "127.0.0.1",
        "--port", $"{port}",
        "-t", $"{threads}",
        "-tb", $"{threads}",
        "-np", "1",
        "--no-webui"));

    /// <summary><c>godwit serve worker</c>.</summary>
    public static Task<ServerProcess> StartWorkerAsync(ModelOptions model) => StartAsync(port =>
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "godwit"))
        {
            ArgumentList =
            {
                "serve", "worker", "--model", model.Path, "--id", "bench", "--port", $"{port}", "--threads", $"{model.Threads}",
                "--runner", model.Runner, "--format", model.Format, "--kv-format", model.KvFormat,
            },
            RedirectStandardOutput = true,
        };
        if (model.Fast)
            start.ArgumentList.Add("--fast");
        return Process.Start(start)!;
    });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        AppDomain.CurrentDomain.ProcessExit -= Kill;
        Kill(null, EventArgs.Empty);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<ServerProcess> StartAsync(Func<int, Process> start)
    {
        int port = FreePort();
        Process process = start(port);
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        ServerProcess server = new(process, port);
        using CancellationTokenSource deadline = new(s_patience);
        while (!await server.IsReadyAsync())
        {
            if (process.HasExited)
                throw new InvalidOperationException($"{process.StartInfo.FileName} ended with {process.ExitCode} before it was ready.");
            await Task.Delay(100, deadline.Token);
        }

        return server;
    }

    // Also when the benchmark is interrupted: nothing of it shall go on running.
    private void Kill(object? sender, EventArgs e) => _process.Kill();

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using HttpResponseMessage response = await Client.GetAsync("/health");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
