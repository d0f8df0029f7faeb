using System.Text.Json.Nodes;
using Godwit.Worker.Model;
using Godwit.Worker.Model.Rope;
using Godwit.Worker.Tests.Model.Loading;

namespace Godwit.Worker.Tests.Model.Families;

/// <summary>What each family's <c>config.json</c> says, with Hugging Face's defaults where it is silent.</summary>
public sealed class FamilyConfigTests : IDisposable
{
    private readonly TemporaryModel _model = new();

    public void Dispose() => _model.Dispose();

    [Theory]
    // Mistral: every layer, 4096 unless it says otherwise.
    [InlineData("MistralForCausalLM", "{}", "4096 4096 4096 4096")]
    [InlineData("MistralForCausalLM", """{"sliding_window":null}""", "- - - -")]
    [InlineData("MistralForCausalLM", """{"sliding_window":8}""", "8 8 8 8")]
    // Qwen: only if it says so, and from max_window_layers on.
    [InlineData("Qwen2ForCausalLM", """{"sliding_window":8,"max_window_layers":1}""", "- - - -")]
    [InlineData("Qwen2ForCausalLM", """{"sliding_window":8,"max_window_layers":1,"use_sliding_window":true}""", "- 8 8 8")]
    [InlineData("Qwen3ForCausalLM", """{"sliding_window":8,"use_sliding_window":true}""", "- - - -")]
    [InlineData("Qwen3ForCausalLM", """{"sliding_window":8,"use_sliding_window":true,"max_window_layers":3}""", "- - - 8")]
    [InlineData(
        "Qwen3ForCausalLM",
        """{"sliding_window":8,"use_sliding_window":true,"layer_types":["sliding_attention","full_attention","full_attention","full_attention"]}""",
        "8 - - -")]
    // Gemma: by a pattern, or as the list says.
    [InlineData("Gemma2ForCausalLM", """{"sliding_window":8}""", "8 - 8 -")]
    [InlineData("Gemma3ForCausalLM", """{"sliding_window":8}""", "8 8 8 8")]
    [InlineData("Gemma3ForCausalLM", """{"sliding_window":8,"sliding_window_pattern":3}""", "8 8 - 8")]
    [InlineData("Gemma3ForCausalLM", """{"sliding_window":8,"_sliding_window_pattern":2}""", "8 - 8 -")]
    [InlineData(
        "Gemma3ForCausalLM",
        """{"sliding_window":8,"layer_types":["full_attention","full_attention","sliding_attention","full_attention"]}""",
        "- - 8 -")]
    [InlineData("Phi3ForCausalLM", "{}", "- - - -")]
    [InlineData("Phi3ForCausalLM", """{"sliding_window":8}""", "8 8 8 8")]
    [InlineData("LlamaForCausalLM", "{}", "- - - -")]
    public void Windows(string architecture, string fields, string windows) =>
        Assert.Equal(windows, string.Join(' ', Load(architecture, fields).Layers.Select(l => l.Window?.ToString() ?? "-")));

    [Theory]
    [InlineData("Gemma2ForCausalLM", """{"sliding_window":null}""", "'sliding_window' is missing")]
    [InlineData("MistralForCausalLM", """{"sliding_window":0}""", "'sliding_window' is 0")]
    [InlineData(
        "Qwen2ForCausalLM",
        """{"layer_types":["sliding_attention","full_attention","full_attention","full_attention"]}""",
        "'sliding_window' is missing")]
    [InlineData("MistralForCausalLM", """{"mlp_bias":true}""", "mlp_bias true is not supported for MistralForCausalLM")]
    [InlineData("Gemma2ForCausalLM", """{"hidden_activation":"gelu"}""", "hidden_activation 'gelu' is not supported")]
    [InlineData("Gemma3ForCausalLM", """{"use_bidirectional_attention":true}""", "use_bidirectional_attention")]
    [InlineData("Phi3ForCausalLM", """{"partial_rotary_factor":0.8}""", "turns 3 entries")]
    [InlineData("GPT2LMHeadModel", """{"scale_attn_by_inverse_layer_idx":true}""", "scale_attn_by_inverse_layer_idx")]
    [InlineData("GPT2LMHeadModel", """{"activation_function":"relu"}""", "activation_function 'relu'")]
    [InlineData("GPT2LMHeadModel", """{"n_positions":null}""", "'n_positions' is missing")]
    public void Refusals(string architecture, string fields, string problem) =>
        Assert.Contains(problem, TemporaryModel.Refusal(() => Load(architecture, fields)), StringComparison.Ordinal);

    [Fact]
    public void Gemma2_DefaultsAndNulls()
    {
        ModelConfig config = Load("Gemma2ForCausalLM", """{"head_dim":null}""");
        Assert.Equal((4, 50.0, 30.0, true), (config.HeadDim, config.AttentionSoftCap, config.LogitSoftCap, config.TieWordEmbeddings));
        Assert.Equal((1.0 / 16, FeedForwardKind.GatedGelu), (config.QueryScale, config.FeedForward));
        Assert.Equal(10_000, Assert.Single(config.Layers.Select(l => l.Rope!.Theta).Distinct()));
        config = Load("Gemma2ForCausalLM", """{"attn_logit_softcapping":null,"final_logit_softcapping":null,"query_pre_attn_scalar":64}""");
        Assert.Equal((256, null, null, 1.0 / 8), (config.HeadDim, config.AttentionSoftCap, config.LogitSoftCap, config.QueryScale));
    }

    [Fact]
    public void Gemma3_TurnsLayersWithAWindowAtTheirOwnTheta()
    {
        ModelConfig config = Load("Gemma3ForCausalLM", """{"sliding_window_pattern":2,"rope_scaling":{"rope_type":"linear","factor":8.0}}""");
        Assert.Equal(
            [new(256, 10_000, null), new(256, 1_000_000, new LinearRopeScaling(8)), new(256, 10_000, null), new(256, 1_000_000, new LinearRopeScaling(8))],
            config.Layers.Select(l => l.Rope!));
        Assert.Equal(((double?)null, (double?)null), (config.AttentionSoftCap, config.LogitSoftCap));
    }

    [Fact]
    public void Gpt2_ItsOwnNames()
    {
        _model.Write("config.json", """
            {"architectures":["GPT2LMHeadModel"],"n_embd":15,"n_layer":2,"n_head":3,"n_positions":20,"n_inner":null,"vocab_size":9}
            """);
        ModelConfig config = ModelConfig.Load(_model.Path);
        Assert.Equal((15, 60, 2, 3, 3, 5, 20), (
            config.HiddenSize, config.IntermediateSize, config.LayerCount, config.HeadCount, config.KvHeadCount, config.HeadDim, config.ContextLength));
        Assert.Equal((1e-5, true, true, true, true, FeedForwardKind.Gelu), (
            config.NormEps, config.TieWordEmbeddings, config.QkvBias, config.OutputBias, config.FeedForwardBias, config.FeedForward));
        Assert.All(config.Layers, layer => Assert.Equal(new LayerAttention(null, null), layer));
    }

    [Fact]
    public void Yarn_StretchesAContextThatIsStillTheOriginalOne()
    {
        const string Yarn = """{"rope_scaling":{"type":"yarn","factor":4.0,"original_max_position_embeddings":64}}""";
        ModelConfig config = Load("Qwen2ForCausalLM", Yarn);
        Assert.Equal(256, config.ContextLength);
        Assert.Equal(new YarnRopeScaling(4, (0.1 * Math.Log(4)) + 1, 32, 1, true, 64), config.Layers[0].Rope!.Scaling);
    }

    [Theory]
    [MemberData(nameof(Backends.Names), MemberType = typeof(Backends))]
    public void LongRope_ServedContextIsPartOfTheNumericsId(string backend)
    {
        using var model = new RandomModel(FamilyShapes.All["Phi-3, longrope, short"], seed: 1);
        using var within = new RunnerDriver(model.Folder, context: 64, backend: backend);
        using var beyond = new RunnerDriver(model.Folder, context: 65, backend: backend);
        Assert.EndsWith("/rope-short", within.Runner.NumericsId, StringComparison.Ordinal);
        Assert.EndsWith("/rope-long", beyond.Runner.NumericsId, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Backends.Names), MemberType = typeof(Backends))]
    public void WeightsWithoutAPlaceInTheModel_AreRefused(string backend)
    {
        // Weights of Qwen3, with norms of queries and keys, under a configuration that says Qwen2 or Mistral.
        using var model = new RandomModel(new RandomModelShape { Architecture = "Qwen3ForCausalLM" }, seed: 1);
        string path = Path.Combine(model.Folder, "config.json"), text = File.ReadAllText(path);
        File.WriteAllText(path, text.Replace("Qwen3ForCausalLM", "MistralForCausalLM", StringComparison.Ordinal));
        string refusal = TemporaryModel.Refusal(() => new RunnerDriver(model.Folder, backend: backend));
        Assert.Contains("tensor 'model.layers.0.self_attn.k_norm.weight' (and 5 more)", refusal, StringComparison.Ordinal);
    }

    private ModelConfig Load(string architecture, string fields)
    {
        JsonObject json = JsonNode.Parse(TemporaryModel.GoodConfig)!.AsObject();
        if (architecture == "GPT2LMHeadModel")
        {
            json = JsonNode.Parse("""{"n_embd":16,"n_layer":4,"n_head":4,"n_positions":64,"vocab_size":32}""")!.AsObject();
        }

        json["architectures"] = new JsonArray(architecture);
        json["num_hidden_layers"] = 4;
        foreach ((string name, JsonNode? value) in JsonNode.Parse(fields)!.AsObject())
        {
            json[name] = value?.DeepClone();
        }

        _model.Write("config.json", json.ToJsonString());
        return ModelConfig.Load(_model.Path);
    }
}
