using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Godwit.CommandLine.Commands;
using Godwit.CommandLine.Up;

namespace Godwit.CommandLine.Tests.Up;

/// <summary>
/// Every child is given a command line that its program understands: what all of them know goes to all, what only workers know to them alone.
/// </summary>
public sealed class ChildArgumentsTests
{
    private static readonly UpPlan s_plan = new(
        IPAddress.Any, 9000, IPAddress.Loopback, 9001, 9003, 9002, 6380, "127.0.0.1:6380", 2, "/models", [new("worker-1", "m", "/models/m", 8100)]);

    [Theory]
    [InlineData("--runner=simulated", "--step-ms=1,0.1", "--seed=7")]
    [InlineData("--runner=torch", "--device=cuda:1")]
    [InlineData("--runner=cpu", "--format=int8", "--kv-format=bf16", "--fast=true")]
    [InlineData("--format=auto", "--kv-format=auto")]
    public void OptionsOfWorkers_ReachServeWorker_AndNobodyElse(params string[] options)
    {
        UpSettings settings = Read(["--separate", .. options]);
        ParseResult worker = Parse(ChildArguments.Worker(s_plan, s_plan.Workers[0], settings));
        ParseResult[] controls = [.. AllChildren(settings).SkipLast(1).Select(Parse)];
        foreach (string[] option in options.Select(text => text.Split('=')))
        {
            Assert.Equal([option[1]], ValuesOf(worker, option[0]));
            Assert.All(controls, control => Assert.DoesNotContain(control.Tokens, token => token.Value == option[0]));
        }
    }

    [Fact]
    public void Fast_WithoutValue_ReachesServeWorker() =>
        Assert.True(Parse(ChildArguments.Worker(s_plan, s_plan.Workers[0], Read(["--fast"]))).GetValue<bool>("--fast"));

    [Fact]
    public void NothingAsked_LeavesTheWorkerToItsConfiguration() => Assert.Empty(Read(["--separate"]).WorkerArguments);

    [Fact]
    public void OptionsOfAll_ReachAll()
    {
        UpSettings settings = Read(["--log-level", "debug", "--set", "Worker:Engine:MaxSequences=3"]);
        Assert.All(AllChildren(settings).Select(Parse), child =>
        {
            Assert.Equal(["Debug"], ValuesOf(child, "--log-level"));
            Assert.Equal(["Worker:Engine:MaxSequences=3"], ValuesOf(child, "--set"));
            Assert.Equal(["127.0.0.1:6380"], ValuesOf(child, "--redis"));
        });
    }

    [Fact]
    public void Plan_ReachesEachOne()
    {
        IEnumerable<string> children = AllChildren(Read([]))
            .Select(arguments => string.Join(' ', [.. arguments.Take(2), .. ValuesOf(Parse(arguments), "--port")]));
        Assert.Equal(["serve gateway 9000", "serve router 9003", "serve scheduler 9002", "serve worker 8100"], children);
    }

    [Fact]
    public void Router_IsToldItsFiles_AndTheGatewayTheRouter()
    {
        ParseResult router = Parse(ChildArguments.Router(s_plan, Read(["--router-file", "/tmp/router.onnx"])));
        Assert.Equal(["/models"], ValuesOf(router, "--library"));
        Assert.Equal(["/tmp/router.onnx"], ValuesOf(router, "--router-file"));
        Assert.Empty(ValuesOf(Parse(ChildArguments.Router(s_plan, Read([]))), "--router-file"));
        Assert.Equal(["http://127.0.0.1:9003"], ValuesOf(Parse(ChildArguments.Gateway(s_plan, Read([]))), "--router"));
    }

    [Fact]
    public void NoChild_IsToldTheSecret_OnItsCommandLine() => Assert.All(AllChildren(Read([])), arguments =>
    {
        Assert.Contains("--supervised", arguments);
        Assert.DoesNotContain(arguments, argument => argument.Contains("secret", StringComparison.OrdinalIgnoreCase));
    });

    private static UpSettings Read(string[] arguments)
    {
        UpCommand up = new();
        ParseResult result = up.Command.Parse(arguments);
        Assert.Empty(result.Errors);
        return up.SettingsOf(result);
    }

    private static IReadOnlyList<string>[] AllChildren(UpSettings settings) =>
    [
        ChildArguments.Gateway(s_plan, settings),
        ChildArguments.Router(s_plan, settings),
        ChildArguments.Scheduler(s_plan, settings),
        ChildArguments.Worker(s_plan, s_plan.Workers[0], settings),
    ];

    private static ParseResult Parse(IReadOnlyList<string> arguments)
    {
        ParseResult result = GodwitCommand.Create().Parse(arguments);
        Assert.Empty(result.Errors);
        return result;
    }

    private static string[] ValuesOf(ParseResult result, string option) =>
        result.GetResult(option) is OptionResult given ? [.. given.Tokens.Select(token => token.Value)] : [];
}
