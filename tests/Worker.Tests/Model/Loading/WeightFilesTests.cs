using Godwit.Worker.Model;

namespace Godwit.Worker.Tests.Model.Loading;

public sealed class WeightFilesTests : IDisposable
{
    private const string Single = "model.safetensors";
    private const string Index = "model.safetensors.index.json";

    private readonly TemporaryModel _model = new();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Open_ThreeShards_FindsEveryTensor()
    {
        WriteShards();
        using var weights = WeightFiles.Open(_model.Path);
        Assert.Equal(["a", "b", "c", "d"], weights.Names.Order(StringComparer.Ordinal));
        Assert.Equal([1f, 2f, 3f, 4f], new[] { "a", "b", "c", "d" }.Select(name => ValueOf(weights, name)));
        Assert.False(weights.Contains("e"));
        Assert.Contains("lack tensor 'e'", TemporaryModel.Refusal(() => weights.Get("e")), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_MissingShard_SaysWhich()
    {
        WriteShards();
        File.Delete(_model.File("model-00002-of-00003.safetensors"));
        Assert.Equal(_model.File("model-00002-of-00003.safetensors") + ": does not exist", Refusal());
    }

    [Fact]
    public void Open_TensorNotInItsShard_IsRefused()
    {
        WriteShards();
        _model.Write("model-00003-of-00003.safetensors", TemporaryModel.Tensor("other", 4));
        Assert.Contains("tensor 'd' is not in model-00003-of-00003.safetensors", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"../outside.safetensors"}}""", "'../outside.safetensors' is not the name")]
    [InlineData("""{"weight_map":{"a":"/etc/passwd"}}""", "is not the name")]
    [InlineData("""{"weight_map":{"a":"sub\\x.safetensors"}}""", "is not the name")]
    [InlineData("""{"weight_map":{"a":"x\u0000.safetensors"}}""", "is not the name")]
    [InlineData("""{"weight_map":{"a":"pytorch_model.bin"}}""", "is not the name")]
    [InlineData("""{"weight_map":{"a":1}}""", "is not the name")]
    [InlineData("""{"weight_map":{}}""", "empty")]
    [InlineData("""{"weight_map":[]}""", "no 'weight_map'")]
    [InlineData("""{}""", "no 'weight_map'")]
    [InlineData("""{"weight_map":{"a":"x.safetensors","a":"y.safetensors"}}""", "JSON")]
    public void Open_UnsoundIndex_IsRefused(string index, string problem)
    {
        _model.Write(Index, index);
        var message = Refusal();
        Assert.StartsWith(_model.File(Index), message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pytorch_model.bin")]
    [InlineData("pytorch_model-00001-of-00002.bin")]
    [InlineData("consolidated.00.pth")]
    [InlineData("model.pt")]
    public void Open_OnlyPickle_IsRefused(string file)
    {
        _model.Write(file, "never opened");
        Assert.Equal(_model.File(file) + ": weights are pickle files; convert them to safetensors", Refusal());
    }

    [Fact]
    public void Open_SafetensorsBesidePickle_UsesSafetensors()
    {
        _model.Write("pytorch_model.bin", "never opened").Write(Single, TemporaryModel.Tensor("a", 1));
        using var weights = WeightFiles.Open(_model.Path);
        Assert.Equal(1, ValueOf(weights, "a"));
    }

    [Fact]
    public void Open_NoWeights_SaysWhichFileIsMissing() => Assert.Equal(_model.File(Single) + ": does not exist", Refusal());

    [Fact]
    public void Digest_ChangesWithAnyByteOfConfigOrWeights_AndWithNothingElse()
    {
        WriteShards();
        _model.Write("config.json", TemporaryModel.GoodConfig);
        var digest = WeightsDigest.Compute(_model.Path);
        Assert.Equal(64, digest.Length);
        _model.Write("tokenizer.json", "{}");
        Assert.Equal(digest, WeightsDigest.Compute(_model.Path));

        _model.Write("model-00003-of-00003.safetensors", TemporaryModel.Tensor("d", 5));
        var otherWeights = WeightsDigest.Compute(_model.Path);
        _model.Write("config.json", TemporaryModel.GoodConfig + " ");
        var otherConfig = WeightsDigest.Compute(_model.Path);
        File.Move(_model.File("model-00003-of-00003.safetensors"), _model.File("renamed.safetensors"));
        Assert.Equal(4, new HashSet<string> { digest, otherWeights, otherConfig, WeightsDigest.Compute(_model.Path) }.Count);
    }

    [Fact]
    public void Digest_WithoutConfig_IsRefused() =>
        Assert.Contains("config.json: does not exist", TemporaryModel.Refusal(() => WeightsDigest.Compute(_model.Path)), StringComparison.Ordinal);

    private void WriteShards() => _model
        .Write("model-00001-of-00003.safetensors", TemporaryModel.Tensor("a", 1), TemporaryModel.Tensor("b", 2))
        .Write("model-00002-of-00003.safetensors", TemporaryModel.Tensor("c", 3))
        .Write("model-00003-of-00003.safetensors", TemporaryModel.Tensor("d", 4))
        .Write(Index, """
            {"metadata":{"total_size":16},"weight_map":{"a":"model-00001-of-00003.safetensors","b":"model-00001-of-00003.safetensors",
            "c":"model-00002-of-00003.safetensors","d":"model-00003-of-00003.safetensors"}}
            """);

    private string Refusal() => TemporaryModel.Refusal(() => WeightFiles.Open(_model.Path));

    private static float ValueOf(WeightFiles weights, string name)
    {
        var value = new float[1];
        weights.Get(name).CopyTo(value);
        return value[0];
    }
}
