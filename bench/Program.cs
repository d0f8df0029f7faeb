using System.CommandLine;
using Godwit.Bench;
using Godwit.Bench.Chain;
using Godwit.Bench.Engine;
using Godwit.Bench.Flover;
using Godwit.Bench.Llamacpp;
using Godwit.Bench.Scheduling;
using Godwit.Bench.Selection;
using Godwit.Bench.StructuredOutput;

// Benchmarks whose results stand in docs/benchmarks.md. Each prints ratios of figures measured in one run, interleaved.
Console.WriteLine(Machine.Describe());
RootCommand benchmarks = new("The benchmarks behind docs/benchmarks.md.")
{
    EngineBench.Command(),
    ChainBench.Command(),
    SelectionBench.Command(),
    MaskBench.Command(),
    DispatchBench.Command(),
    RouterBench.Command(),
    FloverBench.Command(),
    LlamacppBench.Command(),
};
return await benchmarks.Parse(args).InvokeAsync();
