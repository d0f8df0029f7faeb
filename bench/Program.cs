using Godwit.Bench;
using Godwit.Bench.Chain;
using Godwit.Bench.Engine;
using Godwit.Bench.StructuredOutput;

// Benchmarks whose results stand in docs/benchmarks.md. Each prints ratios of figures measured in one run, interleaved.
Console.WriteLine(Machine.Describe());
switch (args)
{
    case ["engine", .. var rest]:
        await EngineBench.RunAsync(rest.ElementAtOrDefault(0) ?? "babyllama", rest.ElementAtOrDefault(1) ?? "cpu", rest.ElementAtOrDefault(2) ?? "cpu");
        return 0;
    case ["chain", ..]:
        await ChainBench.RunAsync();
        return 0;
    case ["masks", .. var rest]:
        MaskBench.Run(rest.FirstOrDefault() ?? Path.Combine("..", "shared"));
        return 0;
    default:
        await Console.Error.WriteLineAsync("usage: dotnet run --project bench -c Release -- engine [MODEL [RUNNER [DEVICE]]] | chain | masks [SHARED]");
        return 2;
}
