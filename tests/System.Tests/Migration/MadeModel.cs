using System.Diagnostics;
using Godwit.System.Tests.Processes;

namespace Godwit.System.Tests.Migration;

/// <summary>A model of random weights, slow enough that a request can be moved while it runs. Made once, removed at the end.</summary>
public sealed class MadeModel : IAsyncLifetime
{
    /// <summary>Its id.</summary>
    public const string Id = "made";

    /// <summary>Folder of models that holds nothing else.</summary>
    public string Library { get; } = Directory.CreateTempSubdirectory("godwit-made-").FullName;

    public async Task InitializeAsync()
    {
        string folder = Path.Combine(Library, Id);
        using Process make = Process.Start(
            RunningGodwit.Executable, ["make-model", "--arch", "llama", "--size", "110m", "--seed", "1", "--context", "4096", "--out", folder]);
        await make.WaitForExitAsync();
        Assert.Equal(0, make.ExitCode);
    }

    public Task DisposeAsync()
    {
        Directory.Delete(Library, recursive: true);
        return Task.CompletedTask;
    }
}
