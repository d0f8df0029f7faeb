using Godwit.Worker.Engine;
using Godwit.Worker.Model;
using Godwit.Worker.Tests.Model.Loading;

namespace Godwit.Worker.Tests.Model;

/// <summary>What a folder says of its embeddings.</summary>
public sealed class EmbeddingReaderTests : IDisposable
{
    private readonly TemporaryModel _model = new TemporaryModel().Write("config.json", TemporaryModel.GoodConfig);

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(null, "auto", "Mean")]
    [InlineData(null, "last", "Last")]
    [InlineData("""{"pooling_mode_mean_tokens":true,"pooling_mode_lasttoken":false,"word_embedding_dimension":16}""", "auto", "Mean")]
    [InlineData("""{"pooling_mode_mean_tokens":false,"pooling_mode_lasttoken":true,"include_prompt":true}""", "auto", "Last")]
    [InlineData("""{"pooling_mode_mean_tokens":false,"pooling_mode_lasttoken":true}""", "mean", "Mean")]
    [InlineData("""{"pooling_mode_cls_token":true}""", "last", "Last")]
    public void Pooling_is_the_options_else_the_folders(string? pooling, string option, string expected) =>
        Assert.Equal(expected, Read(pooling, option).Pooling.ToString());

    [Theory]
    [InlineData("""{"pooling_mode_cls_token":true}""", "pooling_mode_cls_token")]
    [InlineData("""{"pooling_mode_mean_tokens":true,"pooling_mode_lasttoken":true}""", "pooling_mode_mean_tokens + pooling_mode_lasttoken")]
    [InlineData("""{"pooling_mode_mean_tokens":false}""", "no pooling")]
    [InlineData("""{"pooling_mode_mean_tokens":1}""", "true or false")]
    [InlineData("[]", "is not a JSON object")]
    public void Pooling_that_is_not_served_is_refused(string pooling, string reason) =>
        Assert.Contains(reason, TemporaryModel.Refusal(() => Read(pooling, "auto")), StringComparison.Ordinal);

    [Theory]
    [InlineData("", "16", false, false)]
    [InlineData(",\"is_matryoshka\":true", "an integer from 1 to 16", true, true)]
    [InlineData(",\"matryoshka_dimensions\":[8,4]", "one of 4, 8, 16", true, false)]
    [InlineData(",\"is_matryoshka\":true,\"matryoshka_dimensions\":[4,8,32]", "one of 4, 8, 16", true, false)]
    [InlineData(",\"is_matryoshka\":false,\"matryoshka_dimensions\":[4]", "16", false, false)]
    public void Dimensions_are_those_that_the_model_was_trained_for(string fields, string allowed, bool allows4, bool allows5)
    {
        _model.Write("config.json", TemporaryModel.GoodConfig.TrimEnd()[..^1] + fields + "}");
        EmbeddingShape shape = Read(null, "auto");
        Assert.Equal(allowed, shape.Allowed);
        Assert.Equal((allows4, allows5), (shape.Allows(4), shape.Allows(5)));
        Assert.Equal((true, false, false), (shape.Allows(16), shape.Allows(17), shape.Allows(0)));
    }

    [Fact]
    public void Dimensions_that_are_no_numbers_are_refused()
    {
        _model.Write("config.json", TemporaryModel.GoodConfig.TrimEnd()[..^1] + ",\"matryoshka_dimensions\":[\"4\"]}");
        Assert.Contains("matryoshka_dimensions", TemporaryModel.Refusal(() => Read(null, "auto")), StringComparison.Ordinal);
    }

    private EmbeddingShape Read(string? pooling, string option)
    {
        if (pooling is not null)
        {
            Directory.CreateDirectory(_model.File("1_Pooling"));
            _model.Write("1_Pooling/config.json", pooling);
        }

        return EmbeddingReader.Read(_model.Path, 16, option);
    }
}
