using Godwit.CommandLine.Supervision;

namespace Godwit.CommandLine.Tests.Supervision;

public sealed class ChildCommandTests
{
    private static readonly Dictionary<string, string> NoEnvironment = [];

    [Fact]
    public void Self_OwnExecutable_IsStartedAgain()
    {
        ChildCommand command = ChildCommand.Self("/app/godwit", "/app/godwit.dll", ["serve", "worker"], NoEnvironment);
        Assert.Equal("/app/godwit", command.FileName);
        Assert.Equal(["serve", "worker"], command.Arguments);
    }

    [Fact]
    public void Self_HostedByDotnet_NamesTheAssembly()
    {
        ChildCommand command = ChildCommand.Self("/usr/bin/dotnet", "/app/godwit.dll", ["serve"], NoEnvironment);
        Assert.Equal("/usr/bin/dotnet", command.FileName);
        Assert.Equal(["/app/godwit.dll", "serve"], command.Arguments);
    }

    [Fact]
    public void ToStartInfo_SecretInEnvironment_IsNotInArguments()
    {
        ChildCommand command = new("/bin/true", ["serve"], new Dictionary<string, string> { ["SECRET"] = "hidden" });
        Assert.Equal("hidden", command.ToStartInfo().Environment["SECRET"]);
        Assert.DoesNotContain("hidden", string.Join(' ', command.ToStartInfo().ArgumentList));
    }
}
