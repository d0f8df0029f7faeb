using Godwit.System.Tests.Processes;

namespace Godwit.System.Tests.Lifecycle;

[Collection(SharedGodwit.Collection)]
public sealed class StopTests
{
    private static readonly string[] s_oneWorker = ["--workers", "stories260k=1", "--threads", "1"];

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Up_Signalled_StopsCleanlyWithItsChildren(string signal)
    {
        await using RunningGodwit godwit = await RunningGodwit.UpAsync(s_oneWorker);
        IReadOnlyList<int> children = Unix.Children(godwit.ProcessId);
        Assert.NotEmpty(children);
        godwit.Signal(signal);
        Assert.Equal(0, await godwit.WaitForExitAsync());
        Assert.All(children, child => Assert.False(Unix.IsAlive(child)));
        Assert.DoesNotContain("fail:", godwit.Errors);
    }

    [Fact]
    public async Task Up_Killed_LeavesNoProcess()
    {
        await using RunningGodwit godwit = await RunningGodwit.UpAsync(s_oneWorker);
        IReadOnlyList<int> children = Unix.Children(godwit.ProcessId);
        Assert.NotEmpty(children);
        godwit.Signal("KILL");
        await Unix.UntilAsync(() => !children.Any(Unix.IsAlive));
    }

    [Fact]
    public async Task Up_WhoseDotnetRunIsKilled_LeavesNoProcess()
    {
        // What matters to godwit is how its parent is called: a shell by the name of dotnet that runs a script by the name of run.
        DirectoryInfo folder = Directory.CreateTempSubdirectory("godwit-dotnet-run-");
        string dotnet = Path.Combine(folder.FullName, "dotnet");
        File.Copy("/bin/sh", dotnet);
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "run"), $"'{RunningGodwit.Executable}' up --port 0 {string.Join(' ', s_oneWorker)}\nexit 0\n");
        await using RunningGodwit parent = RunningGodwit.Start(dotnet, ["run"], folder.FullName);
        await parent.WaitUntilReadyAsync();
        int godwit = Assert.Single(Unix.Children(parent.ProcessId));
        int[] all = [godwit, .. Unix.Children(godwit)];
        Assert.Equal(2, all.Length);
        parent.Signal("KILL");
        await Unix.UntilAsync(() => !all.Any(Unix.IsAlive));
        folder.Delete(recursive: true);
    }
}
