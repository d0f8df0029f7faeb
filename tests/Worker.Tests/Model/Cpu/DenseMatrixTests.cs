using Godwit.Worker.Model;
using Godwit.Worker.Model.Cpu;
using Godwit.Worker.Model.Cpu.Dense;

namespace Godwit.Worker.Tests.Model.Cpu;

public sealed class DenseMatrixTests
{
    [Theory]
    [InlineData("BF16", 64, "BF16", true)]
    [InlineData("F32", 64, "F32", true)]
    [InlineData("BF16", 72, "BF16", false)]
    [InlineData("F16", 64, "F32", false)]
    [InlineData("BF16", 64, "F32", false)]
    [InlineData("F32", 64, "BF16", false)]
    [InlineData("BF16", 64, "Int8", false)]
    public void Weights_AreReadInTheFile_WhereItHoldsThemAsTheKernelWantsThem(string stored, int hidden, string wanted, bool isMapped)
    {
        using var model = new RandomModel(new RandomModelShape { Hidden = hidden, Dtype = stored, Tied = false }, seed: 3);
        using WeightFiles files = WeightFiles.Open(model.Folder);
        WeightFormat format = Enum.Parse<WeightFormat>(wanted);
        var parts = new DecoderFiles(files, ModelConfig.Load(model.Folder));
        using var matrix = new DenseMatrix(parts.Head, format, DenseKernel.For(format, fast: false));
        Assert.Equal(isMapped, matrix.IsMapped);
    }

    [Fact]
    public void MappedAndConvertedWeights_GiveTheSameProducts()
    {
        using var model = new RandomModel(new RandomModelShape { Hidden = 64, Dtype = "BF16", Tied = false }, seed: 3);
        Assert.Equal(Logits(model, WeightFormat.BF16, fast: false).Length, model.Shape.Vocabulary);

        // bfloat16 weights are exact in f32, but the order of the sums is another.
        AssertClose(Logits(model, WeightFormat.F32, fast: false), Logits(model, WeightFormat.BF16, fast: false), 1e-5);
        AssertClose(Logits(model, WeightFormat.F32, fast: false), Logits(model, WeightFormat.Int8, fast: false), 0.02);
        AssertClose(Logits(model, WeightFormat.F32, fast: false), Logits(model, WeightFormat.BF16, fast: true), 0.02);
    }

    private static float[] Logits(RandomModel model, WeightFormat format, bool fast)
    {
        using var driver = new RunnerDriver(model.Folder, null, (_, config, limits) => new CpuRunner(
            WeightFiles.Open(model.Folder), config, new CpuFormats(format, KvIsBrainFloat: false, fast), limits, threads: 1));
        return driver.Alone([.. Enumerable.Range(1, 40)], 40)[0];
    }

    private static void AssertClose(float[] expected, float[] actual, double share)
    {
        float largest = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], share * largest);
        }
    }
}
