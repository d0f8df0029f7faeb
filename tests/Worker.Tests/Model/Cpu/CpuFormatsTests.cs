using System.Text;
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
        CpuFormats formats = CpuFormats.Choose(new ModelOptions { Format = format, KvFormat = kvFormat }, files, []);
        Assert.Equal((Enum.Parse<WeightFormat>(weights), kvIsBrainFloat), (formats.Weights, formats.KvIsBrainFloat));
    }

    [Fact]
    public void TensorsThatAreNoWeights_HaveNoSay()
    {
        using var model = new RandomModel(new RandomModelShape { Dtype = "BF16" }, seed: 1);
        string path = Path.Combine(model.Folder, "model.safetensors");
        byte[] file = File.ReadAllBytes(path);

        // One matrix becomes a mask of bytes.
        int header = 8 + (int)BitConverter.ToInt64(file);
        string text = Encoding.UTF8.GetString(file, 8, header - 8);
        string mask = text.Replace(
            "\"model.layers.0.mlp.down_proj.weight\":{\"dtype\":\"BF16\",\"shape\":[48,100]",
            "\"model.layers.0.mlp.down_proj.w_mask\":{\"dtype\":\"BOOL\",\"shape\":[48,200]",
            StringComparison.Ordinal);
        Assert.NotEqual(text, mask);
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)Encoding.UTF8.GetByteCount(mask)), .. Encoding.UTF8.GetBytes(mask), .. file[header..]]);
        using WeightFiles files = WeightFiles.Open(model.Folder);
        Assert.Equal(WeightFormat.BF16, CpuFormats.Choose(new ModelOptions(), files, [".w_mask"]).Weights);
        Assert.Throws<ModelLoadException>(() => CpuFormats.Choose(new ModelOptions(), files, []));
    }
}
