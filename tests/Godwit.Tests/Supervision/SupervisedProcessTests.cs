using System.Diagnostics;
using System.Text;
using System.Threading.Channels;
using Godwit.CommandLine.Supervision;
using Microsoft.Extensions.Logging.Abstractions;

namespace Godwit.CommandLine.Tests.Supervision;

/// <summary>Real children: <c>/bin/sh</c>, which is on every Linux machine.</summary>
public sealed class SupervisedProcessTests : IDisposable
{
    private readonly CancellationTokenSource _hangGuard = new(TimeSpan.FromSeconds(60));
    private readonly CancellationTokenSource _stop = new();
    private readonly LineWriter _output = new();

    public void Dispose()
    {
        _hangGuard.Dispose();
        _stop.Dispose();
        _output.Dispose();
    }

    [Fact]
    public async Task Run_ChildCrashes_IsStartedAgainWithItsLinesPrefixed()
    {
        SupervisedProcess child = Shell("echo started $$ >&2; read -r line; exit 7");
        Task run = child.RunAsync(_stop.Token);
        int first = await NextStartAsync();
        Process.GetProcessById(first).Kill();
        int second = await NextStartAsync();
        Assert.NotEqual(first, second);
        Assert.Equal(1, child.Crashes);
        await _stop.CancelAsync();
        await run.WaitAsync(_hangGuard.Token);
        Assert.False(IsAlive(second));
    }

    [Fact]
    public async Task Run_Stopped_ChildGetsSigTermAndItsLastWordsAreKept()
    {
        SupervisedProcess child = Shell("trap 'echo goodbye >&2; exit 0' TERM; echo started $$ >&2; while :; do read -r line; done");
        Task run = child.RunAsync(_stop.Token);
        await NextStartAsync();
        await _stop.CancelAsync();
        await run.WaitAsync(_hangGuard.Token);
        Assert.Equal("goodbye", child.LastErrorLine);
        Assert.Equal(0, child.ProcessId);
    }

    [Theory]
    [InlineData(ExitCodes.Configuration)]
    [InlineData(ExitCodes.ModelRefused)]
    public async Task Run_ChildRefuses_IsNotStartedAgainAndSaysWhy(int exitCode)
    {
        SupervisedProcess child = Shell($"echo model.safetensors: truncated >&2; exit {exitCode}");
        await child.RunAsync(_stop.Token).WaitAsync(_hangGuard.Token);
        Assert.Equal(new ChildOutcome(exitCode, "model.safetensors: truncated"), await child.Refused);
        Assert.Equal(0, child.Crashes);
    }

    [Fact]
    public async Task Run_ChildReadsInput_SeesNoEndWhileTheSupervisorLives()
    {
        SupervisedProcess child = Shell("echo started $$ >&2; read -r line; echo end >&2; exit 1");
        Task run = child.RunAsync(_stop.Token);
        int pid = await NextStartAsync();
        Assert.True(IsAlive(pid));
        Assert.Equal(pid, child.ProcessId);
        await _stop.CancelAsync();
        await run.WaitAsync(_hangGuard.Token);
    }

    private static bool IsAlive(int pid)
    {
        try
        {
            using Process process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private SupervisedProcess Shell(string script) => new(
        "worker-1",
        () => new ChildCommand("/bin/sh", ["-c", script], new Dictionary<string, string>()),
        _output,
        TimeProvider.System,
        NullLogger<SupervisedProcess>.Instance);

    private async Task<int> NextStartAsync()
    {
        const string prefix = "worker-1 | started ";
        while (true)
        {
            string line = await _output.Lines.ReadAsync(_hangGuard.Token);
            if (line.StartsWith(prefix, StringComparison.Ordinal))
                return int.Parse(line[prefix.Length..]);
        }
    }

    private sealed class LineWriter : TextWriter
    {
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

        public override Encoding Encoding => Encoding.UTF8;

        public ChannelReader<string> Lines => _lines.Reader;

        public override Task WriteLineAsync(string? value) => _lines.Writer.WriteAsync(value ?? "").AsTask();
    }
}
