using Godwit.CommandLine.Supervision;

namespace Godwit.CommandLine.Tests.Supervision;

public sealed class DotnetRunWatchTests
{
    [Theory]
    [InlineData(true, "dotnet", "run", "--project", "src/Godwit", "-c", "Release")]
    [InlineData(true, "/usr/share/dotnet/dotnet", "run")]
    [InlineData(true, "dotnet", "watch", "run")]
    [InlineData(true, "dotnet", "run", "--", "up")]
    [InlineData(false, "dotnet", "godwit.dll", "--", "run")]
    [InlineData(false, "dotnet", "test")]
    [InlineData(false, "dotnet")]
    [InlineData(false, "/bin/bash", "run")]
    [InlineData(false, "docker", "run", "godwit")]
    [InlineData(false)]
    public void IsDotnetRun(bool expected, params string[] commandLine) =>
        Assert.Equal(expected, DotnetRunWatch.IsDotnetRun(commandLine));

    [Fact]
    public void ReadCommandLine_ThisProcess_NamesItsProgram() =>
        Assert.NotEmpty(DotnetRunWatch.ReadCommandLine(Environment.ProcessId)[0]);

    [Fact]
    public void ReadCommandLine_NoSuchProcess_IsEmpty() => Assert.Empty(DotnetRunWatch.ReadCommandLine(int.MaxValue));
}
