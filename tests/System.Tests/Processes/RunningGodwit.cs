using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace Godwit.System.Tests.Processes;

/// <summary>A worker as the table of <c>up</c> shows it.</summary>
internal sealed record RunningWorker(string Instance, string Model, Uri Address, int ProcessId);

/// <summary>
/// A real <c>godwit</c> process, started from the built output. It is killed by its id when the test ends, and its children with it.
/// </summary>
internal sealed partial class RunningGodwit : IAsyncDisposable
{
    /// <summary>Long enough for a loaded machine: only a broken godwit waits for its end.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly Channel<string> _output = Channel.CreateUnbounded<string>();
    private readonly List<string> _outputSoFar = [];
    private readonly List<string> _errors = [];
    private readonly Task _pumps;

    private RunningGodwit(Process process)
    {
        _process = process;
        _pumps = Task.WhenAll(PumpOutputAsync(), PumpErrorsAsync());
    }

    /// <summary>The apphost that the build put beside the tests.</summary>
    public static string Executable => Path.Combine(AppContext.BaseDirectory, "godwit");

    public int ProcessId => _process.Id;

    /// <summary>Base address of the OpenAI API; known once it is ready.</summary>
    public Uri Api { get; private set; } = new("http://unknown");

    public IReadOnlyList<RunningWorker> Workers { get; private set; } = [];

    /// <summary>Everything it wrote to its standard error.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
                return string.Join('\n', _errors);
        }
    }

    /// <summary>Starts the executable and returns at once.</summary>
    public static RunningGodwit Start(params string[] arguments) => Start(Executable, arguments, Path.GetTempPath());

    /// <summary>Starts another program that runs the executable.</summary>
    public static RunningGodwit Start(string fileName, string[] arguments, string workingDirectory)
    {
        ProcessStartInfo info = new(fileName, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingDirectory,
        };
        return new RunningGodwit(Process.Start(info)!);
    }

    /// <summary>Starts <c>up</c> on free ports and waits until it says that it is ready.</summary>
    public static async Task<RunningGodwit> UpAsync(params string[] arguments)
    {
        RunningGodwit godwit = Start(["up", "--port", "0", .. arguments]);
        try
        {
            await godwit.WaitUntilReadyAsync();
            return godwit;
        }
        catch
        {
            await godwit.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads the table.</summary>
    public async Task WaitUntilReadyAsync()
    {
        List<RunningWorker> workers = [];
        using CancellationTokenSource deadline = new(Patience);
        await foreach (string line in _output.Reader.ReadAllAsync(deadline.Token))
        {
            if (Row().Match(line) is { Success: true } row)
            {
                Uri address = new(row.Groups["address"].Value);
                string program = row.Groups["program"].Value;
                if (program == "gateway")
                    Api = address;
                else
                    workers.Add(new(program, row.Groups["serves"].Value, address, int.Parse(row.Groups["pid"].Value, CultureInfo.InvariantCulture)));
            }

            if (line.StartsWith("Stop:", StringComparison.Ordinal))
            {
                Workers = workers;
                return;
            }
        }

        throw new InvalidOperationException($"godwit ended before it was ready:\n{string.Join('\n', _outputSoFar)}\n{Errors}");
    }

    /// <summary>The next line of its output that has a text in it.</summary>
    public async Task<string> LineWithAsync(string text)
    {
        using CancellationTokenSource deadline = new(Patience);
        while (true)
        {
            string line = await _output.Reader.ReadAsync(deadline.Token);
            if (line.Contains(text, StringComparison.Ordinal))
                return line;
        }
    }

    /// <summary>Sends a signal by name, <c>TERM</c> or <c>KILL</c>.</summary>
    public void Signal(string name) => Unix.Signal(_process.Id, name);

    /// <summary>Waits for its end; the exit code.</summary>
    public async Task<int> WaitForExitAsync()
    {
        using CancellationTokenSource deadline = new(Patience);
        await _process.WaitForExitAsync(deadline.Token);
        await _pumps.WaitAsync(deadline.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task PumpOutputAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _outputSoFar.Add(line);
            await _output.Writer.WriteAsync(line);
        }

        _output.Writer.Complete();
    }

    private async Task PumpErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_errors)
                _errors.Add(line);
        }
    }

    [GeneratedRegex(@"^  (?<program>gateway|worker-\d+) +(?<serves>.*?) +(?<address>http://\S+) +(?<pid>\d+)$")]
    private static partial Regex Row();
}
