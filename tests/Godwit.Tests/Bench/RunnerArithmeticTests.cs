using Godwit.CommandLine.Bench;
using Godwit.CommandLine.Library;
using Godwit.Worker.Engine;
using Godwit.Worker.Model;
using Godwit.Worker.Model.Cpu.MachineCode;

namespace Godwit.CommandLine.Tests.Bench;

public sealed class RunnerArithmeticTests
{
    [Theory]
    [InlineData("cpu", "f32", "f32", "exact")]
    [InlineData("cpu", "bf16", "bf16", "exact")]
    [InlineData("cpu", "int8", "int8", "exact")]
    [InlineData("torch", "auto", "f32", "inexact")]
    public void Of_Runner_IsWhatItComputesIn(string runner, string asked, string format, string mode) =>
        Assert.Equal(new RunnerArithmetic(format, mode), Of(new ModelOptions { Runner = runner, Format = asked }));

    [Theory]
    [InlineData("f32", false)]
    [InlineData("int8", false)]
    [InlineData("bf16", true)]
    public void Of_Fast_IsFastOnlyWhereTheProcessorHasItsInstructions(string format, bool hasThem)
    {
        bool expected = hasThem && DotTiles.TryCreate(DotFormat.BrainFloat) is not null;
        RunnerArithmetic arithmetic = Of(new ModelOptions { Format = format, Fast = true });
        Assert.Equal((expected ? "fast" : "exact", expected), (arithmetic.Mode, arithmetic.IsFast));
    }

    private static RunnerArithmetic Of(ModelOptions model)
    {
        (model.Path, model.Threads) = (ModelFolders.Bundled().FolderOf("stories260k"), 1);
        using IModelRunner runner = LoadedModel.Load(model, new EngineOptions { KvBlocks = 32 }).Runner;
        return RunnerArithmetic.Of(runner);
    }
}
