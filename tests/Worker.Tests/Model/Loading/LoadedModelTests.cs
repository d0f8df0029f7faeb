using Godwit.Worker.Engine;
using Godwit.Worker.Model;

namespace Godwit.Worker.Tests.Model.Loading;

/// <summary>The options say which runner computes a folder, and how much memory its KV blocks get.</summary>
public sealed class LoadedModelTests
{
    [Theory]
    [InlineData("cpu", true)]
    [InlineData("torch", false)]
    [InlineData("simulated", true)]
    public void Runner_IsTheOneThatTheOptionsName(string name, bool exact)
    {
        using IModelRunner runner = Load(name).Runner;
        Assert.Equal(exact, runner.IsExact);
        Assert.Equal(name == "torch", runner.NumericsId.EndsWith("/inexact", StringComparison.Ordinal));
        Assert.Equal(name == "simulated", runner.NumericsId.StartsWith("simulated/", StringComparison.Ordinal));
        // stories260k: 5 layers, 4 KV heads of 8 entries; fp32.
        Assert.Equal((1 << 20) / (5 * 2 * 16 * 4 * 8 * 4), runner.KvBlocks);
    }

    [Fact]
    public void Runner_ByDefault_IsTheOwnBackend() => Assert.Equal("cpu", new ModelOptions().Runner);

    private static LoadedModel Load(string runner) => LoadedModel.Load(
        new ModelOptions { Path = BundledModel.Folder("stories260k"), Runner = runner, Threads = 1 },
        new EngineOptions { KvMemoryMb = 1 });
}
