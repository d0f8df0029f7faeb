using Godwit.Worker.Model;
using Godwit.Worker.Model.Cpu;

namespace Godwit.Worker.Tests.Model.Cpu;

public sealed class CpuFormatsTests
{
    [Theory]
    [InlineData("BF16", "auto", "auto", "BF16", true)]
    [InlineData("F32", "auto", "auto", "F32", false)]
    [InlineData("F16", "auto", "auto", "F32", false)]
    [InlineData("mixed", "auto", "auto", "F32", false)]
    [InlineData("BF16", "int8", "auto", "Int8", true)]
    [InlineData("BF16", "f32", "auto", "F32", false)]
    [InlineData("F32", "bf16", "f32", "BF16", false)]
    [InlineData("F32", "auto", "bf16", "F32", true)]
    public void Formats_AreTheFiles_UnlessAskedForOthers(string stored, string format, string kvFormat, string weights, bool kvIsBrainFloat)
    {
        using var model = new RandomModel(new RandomModelShape { Dtype = stored }, seed: 1);
        using WeightFiles files = WeightFiles.Open(model.Folder);
        CpuFormats formats = CpuFormats.Choose(new ModelOptions { Format = format, KvFormat = kvFormat }, files);
        Assert.Equal((Enum.Parse<WeightFormat>(weights), kvIsBrainFloat), (formats.Weights, formats.KvIsBrainFloat));
    }
}
