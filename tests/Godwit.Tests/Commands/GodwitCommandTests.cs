using Godwit.CommandLine.Commands;

namespace Godwit.CommandLine.Tests.Commands;

public sealed class GodwitCommandTests
{
    [Theory]
    [InlineData("up")]
    [InlineData("up --port 9000 --bind 0.0.0.0 --admin-port 9001 --admin-bind 127.0.0.1 --workers a=1 --workers b=2")]
    [InlineData("up --models /m --all --threads 2 --redis h:1 --separate --log-level debug --runner simulated --step-ms 1,0.1 --seed 7")]
    [InlineData("serve gateway --port 1 --bind 127.0.0.1 --admin-port 2 --scheduler http://h:1 --redis h:1")]
    [InlineData("serve scheduler --port 1 --redis h:1 --cluster-secret 0123456789abcdef")]
    [InlineData("serve worker --model /m --id m --instance w --port 1 --threads 1 --kv-blocks 9 --max-sequences 3 --supervised")]
    [InlineData("serve worker --model /m --runner torch --device cuda:1")]
    [InlineData("up --runner torch --device cuda:1")]
    [InlineData("up --runner cpu --format auto --kv-format auto --fast")]
    [InlineData("serve redis --port 1 --bind 127.0.0.1")]
    [InlineData("serve worker --config g.json --set Worker:Engine:KvBlocks=3 --set A:B:C=1")]
    [InlineData("tokenize /m")]
    [InlineData("convert llama2c a.bin tok.bin out --name x")]
    [InlineData("make-model --arch llama --size 110m --seed 7 --context 512 --tokenizer /m --out /o")]
    [InlineData("bench engine --model /m --concurrency 1,8 --prompt-tokens 8 --new-tokens 9 --rounds 2 --threads 1 --runner torch --json")]
    [InlineData("bench engine --model /m --format int8 --kv-format bf16 --fast --runner cpu")]
    [InlineData("simulate --policy llumnix,least-loaded --workload L-L --instances 16 --rate 2.8,3 --cv 2 --seed 1,2 --requests 9 --json --plot p.svg")]
    [InlineData("simulate --high-share 0.1 --ignore-priorities --autoscale 5,55 --start-delay 30 --log l --engine cpu-110m --kv-blocks 99")]
    [InlineData("simulate --step-ms 24,0.6,0.0026,0.21 --fit f --traces d --trace t --length-scale 0.5 --heartbeat-ms 0 --migration-bandwidth 9")]
    [InlineData("simulate --replay l --decision-times")]
    [InlineData("train prompts --corpora d --out p --heldout h --count 900 --heldout-count 90 --heldout-spliced 9 --unseen 9 --seed 2")]
    [InlineData("train router --experts http://h:1,http://i:2/v1 --models a,b --prompts p --heldout h --labels l --out o --epochs 3")]
    [InlineData("train router --add m --experts http://h:1 --prompts p --probes 300 --threads 2 --concurrency 4 --max-bytes 300")]
    public void Parse_Documented_HasNoError(string line) => Assert.Empty(GodwitCommand.Create().Parse(line).Errors);

    [Theory]
    [InlineData("up --prot 3", "There is no '--prot' in 'up'; the nearest is --port.")]
    [InlineData("serve wroker", "There is no 'wroker' in 'serve'; the nearest is worker.")]
    [InlineData("up --port x", "Cannot parse argument 'x' for option '--port'.")]
    [InlineData("up --threads 0", "--threads must be from 1 to 1024.")]
    [InlineData("bench engine --model m --concurrency 1,0", "--concurrency must be numbers from 1 to 1024, separated by commas.")]
    [InlineData("bench engine --model m --new-tokens 1", "--new-tokens must be from 2 to 1000000.")]
    [InlineData("train router --prompts p --experts h", "--experts must be addresses such as http://127.0.0.1:8080, separated by commas.")]
    [InlineData("train router --prompts p --experts http://h --probes 1", "--probes must be from 20 to 1000000.")]
    [InlineData("up --port", "Required argument missing for option: '--port'.")]
    public void Describe_Mistake_IsOneReadableLine(string line, string expected)
    {
        IReadOnlyList<string> problems = ParseProblems.Describe(GodwitCommand.Create().Parse(line));
        Assert.Equal(expected, problems[0]);
        Assert.Equal("Try --help.", problems[^1]);
    }

    [Fact]
    public void Describe_Supervised_IsNoSuggestion() =>
        Assert.DoesNotContain("--supervised", ParseProblems.Describe(GodwitCommand.Create().Parse("serve worker --supervize"))[0]);

    [Fact]
    public async Task Run_UnknownKey_IsAConfigurationError() =>
        Assert.Equal(ExitCodes.Configuration, await GodwitCommand.RunAsync(["up", "--set", "Gateway:Listener:Prot=1"]));

    [Fact]
    public async Task Run_UnknownModel_IsAConfigurationError() =>
        Assert.Equal(ExitCodes.Configuration, await GodwitCommand.RunAsync(["up", "--port", "0", "--workers", "no-such-model=1"]));

    [Fact]
    public async Task Run_OptionOfAnotherRunner_IsAConfigurationError() => Assert.Equal(
        ExitCodes.Configuration, await GodwitCommand.RunAsync(["bench", "engine", "--model", "/m", "--runner", "torch", "--format", "int8"]));
}
