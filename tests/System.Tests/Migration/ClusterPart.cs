using System.Diagnostics;
using Godwit.System.Tests.Processes;

namespace Godwit.System.Tests.Migration;

/// <summary>One process of a cluster.</summary>
internal sealed class ClusterPart : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];

    public ClusterPart(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        ProcessStartInfo info = new(RunningGodwit.Executable, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach ((string name, string value) in environment)
            info.Environment[name] = value;
        _process = Process.Start(info)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public bool HasEnded => _process.HasExited;

    /// <summary>What it wrote.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }
    }

    /// <summary>Sends a signal by name.</summary>
    public void Signal(string name) => Unix.Signal(_process.Id, name);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (_lines)
            _lines.Add(line ?? "");
    }
}
