using System.Text.Json.Nodes;
using Godwit.Worker.Model;
using Godwit.Worker.Model.Rope;

namespace Godwit.Worker.Tests.Model.Loading;

public sealed class ModelConfigTests : IDisposable
{
    private readonly TemporaryModel _model = new();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Load_SmallLlama_FillsInHuggingFaceDefaults()
    {
        var config = Load();

        Assert.Equal((16, 24, 2, 4, 2, 4), (config.HiddenSize, config.IntermediateSize, config.LayerCount, config.HeadCount, config.KvHeadCount, config.HeadDim));
        Assert.Equal((32, 64, 1e-6, 10_000.0), (config.VocabularySize, config.ContextLength, config.NormEps, config.Layers[0].Rope!.Theta));
        Assert.Equal((false, false, false), (config.TieWordEmbeddings, config.QkvBias, config.OutputBias));
        Assert.Null(config.Layers[0].Rope!.Scaling);
        Assert.Equal([2], config.EosTokenIds);
        Assert.Equal(1, config.BosTokenId);
    }

    [Theory]
    [InlineData("LlamaForCausalLM", false, false, false)]
    [InlineData("LlamaForCausalLM", true, true, true)]
    [InlineData("Qwen2ForCausalLM", false, true, false)]
    [InlineData("MistralForCausalLM", false, false, false)]
    public void Load_Architecture_DecidesTheBiases(string architecture, bool attentionBias, bool qkv, bool output)
    {
        var config = Load(("architectures", new JsonArray(architecture)), ("attention_bias", attentionBias));
        Assert.Equal((architecture, qkv, output), (config.Architecture, config.QkvBias, config.OutputBias));
    }

    [Fact]
    public void Load_HeadDimAndEosListAndNulls_AreRead()
    {
        var config = Load(
            ("head_dim", 6), ("eos_token_id", new JsonArray(5, 7)), ("bos_token_id", null), ("rope_scaling", null), ("sliding_window", null),
            ("tie_word_embeddings", true), ("rope_theta", 500_000));
        Assert.Equal((6, true, 500_000.0), (config.HeadDim, config.TieWordEmbeddings, config.Layers[0].Rope!.Theta));
        Assert.Equal([5, 7], config.EosTokenIds);
        Assert.Null(config.BosTokenId);
    }

    [Fact]
    public void Load_GenerationConfig_SaysWhatEndsAnAnswer()
    {
        _model.Write("generation_config.json", """{"eos_token_id":[9,10]}""");
        Assert.Equal([9, 10], Load().EosTokenIds);
        _model.Write("generation_config.json", """{"temperature":0.6}""");
        Assert.Equal([2], Load().EosTokenIds);
        _model.Write("generation_config.json", """{"eos_token_id":32}""");
        Assert.Contains("generation_config.json", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"rope_scaling":{"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":32},"rope_theta":500000.0}""")]
    [InlineData("""{"rope_scaling":{"type":"llama3","factor":8,"low_freq_factor":1,"high_freq_factor":4,"original_max_position_embeddings":32},"rope_theta":500000}""")]
    [InlineData("""{"rope_parameters":{"rope_type":"llama3","rope_theta":500000.0,"factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":32}}""")]
    public void Load_Llama3Scaling_InAllSpellings(string fields)
    {
        var config = Load([.. JsonNode.Parse(fields)!.AsObject().Select(p => (p.Key, p.Value?.DeepClone()))]);
        Assert.Equal(new Llama3RopeScaling(8, 1, 4, 32), config.Layers[0].Rope!.Scaling);
        Assert.Equal(500_000, config.Layers[0].Rope!.Theta);
    }

    [Theory]
    [InlineData("rope_scaling", """{"rope_type":"default"}""")]
    [InlineData("rope_parameters", """{"rope_type":"default","rope_theta":10000.0}""")]
    public void Load_DefaultRope_IsNoScaling(string field, string value) => Assert.Null(Load((field, JsonNode.Parse(value))).Layers[0].Rope!.Scaling);

    [Theory]
    [InlineData("architectures", """["MixtralForCausalLM"]""", "architecture 'MixtralForCausalLM' is not supported; supported: LlamaForCausalLM, MistralForCausalLM, Qwen2ForCausalLM")]
    [InlineData("architectures", """["Gemma3ForConditionalGeneration"]""", "architecture 'Gemma3ForConditionalGeneration'")]
    [InlineData("architectures", "[]", "names no architecture")]
    [InlineData("hidden_act", "\"gelu\"", "hidden_act 'gelu'")]
    [InlineData("hidden_act", "\"relu2\"", "hidden_act 'relu2' is not supported; supported: silu, gelu_pytorch_tanh")]
    [InlineData("num_local_experts", "8", "num_local_experts 8 is not supported for LlamaForCausalLM; supported: null or 0")]
    [InlineData("use_bidirectional_attention", "true", "use_bidirectional_attention true")]
    [InlineData("attn_logit_softcapping", "50.0", "attn_logit_softcapping 50.0 is not supported for LlamaForCausalLM; supported: null")]
    [InlineData("query_pre_attn_scalar", "256", "query_pre_attn_scalar")]
    [InlineData("logits_scaling", "8.0", "logits_scaling 8.0")]
    [InlineData("no_rope_layers", "[1,0]", "no_rope_layers [1,0]")]
    [InlineData("partial_rotary_factor", "0.5", "partial_rotary_factor 0.5")]
    [InlineData("sliding_window", "8", "sliding_window 8 is not supported for LlamaForCausalLM")]
    [InlineData("layer_types", """["full_attention","sliding_attention"]""", "'layer_types' is not what LlamaForCausalLM computes")]
    [InlineData("layer_types", """["full_attention"]""", "'layer_types' has 1 entries for 2 layers")]
    [InlineData("layer_types", """["full_attention","linear_attention"]""", "layer type 'linear_attention'")]
    [InlineData("layer_types", "5", "'layer_types' is 5")]
    [InlineData("quantization_config", """{"quant_method":"awq"}""", "quantization_config")]
    [InlineData("rope_scaling", """{"rope_type":"dynamic","factor":4.0}""", "rope type 'dynamic' is not supported; supported: default, linear, llama3, longrope, yarn")]
    [InlineData("rope_scaling", """{"type":"mrope","mrope_section":[2,1,1]}""", "rope type 'mrope'")]
    [InlineData("rope_scaling", """{"type":"linear"}""", "'factor' is missing")]
    [InlineData("rope_scaling", """{"type":"linear","factor":0}""", "'factor' is 0")]
    [InlineData("rope_scaling", """{"type":"yarn","factor":4.0,"beta_fast":1,"beta_slow":1}""", "beta_slow 1 is not below beta_fast 1")]
    [InlineData("rope_scaling", """{"type":"longrope","original_max_position_embeddings":32}""", "'short_factor' must be a list of 2 numbers")]
    [InlineData("rope_scaling", """{"type":"longrope","original_max_position_embeddings":32,"short_factor":[1,"2"]}""", "'short_factor' has \"2\"")]
    [InlineData("rope_scaling", """{"type":"su","short_factor":[1,1],"long_factor":[1,1]}""", "'original_max_position_embeddings' is missing")]
    [InlineData("rope_scaling", """{"type":"longrope","short_mscale":1.2}""", "'short_mscale' is not supported")]
    [InlineData("rope_scaling", """{"type":"llama3","factor":4.0}""", "'low_freq_factor' is missing")]
    [InlineData("rope_scaling", """{"type":"llama3","factor":8,"low_freq_factor":4,"high_freq_factor":4,"original_max_position_embeddings":32}""", "low_freq_factor")]
    [InlineData("rope_parameters", """{"partial_rotary_factor":0.5}""", "partial_rotary_factor")]
    [InlineData("hidden_size", "0", "'hidden_size' is 0")]
    [InlineData("hidden_size", "-16", "'hidden_size' is -16")]
    [InlineData("hidden_size", "2147483648", "'hidden_size' is 2147483648")]
    [InlineData("hidden_size", "\"16\"", "'hidden_size' is \"16\"")]
    [InlineData("hidden_size", "16.5", "'hidden_size' is 16.5")]
    [InlineData("hidden_size", "18", "no head_dim")]
    [InlineData("hidden_size", "12", "head_dim 3")]
    [InlineData("hidden_size", "null", "'hidden_size' is missing")]
    [InlineData("num_key_value_heads", "3", "not a multiple")]
    [InlineData("num_key_value_heads", "8", "'num_key_value_heads' is 8")]
    [InlineData("num_hidden_layers", "1000000000", "'num_hidden_layers'")]
    [InlineData("vocab_size", "2000000000", "'vocab_size'")]
    [InlineData("max_position_embeddings", "2000000000", "'max_position_embeddings'")]
    [InlineData("head_dim", "5", "head_dim 5")]
    [InlineData("rms_norm_eps", "0", "'rms_norm_eps' is 0")]
    [InlineData("rope_theta", "1e400", "'rope_theta'")]
    [InlineData("eos_token_id", "32", "'eos_token_id' is 32")]
    [InlineData("eos_token_id", "[1,\"2\"]", "'eos_token_id'")]
    [InlineData("tie_word_embeddings", "\"yes\"", "'tie_word_embeddings'")]
    public void Load_UnsupportedOrImpossible_IsOneLineWithFileAndProblem(string field, string value, string problem)
    {
        var message = Refusal((field, JsonNode.Parse(value)));
        Assert.StartsWith(_model.File("config.json") + ": ", message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("num_local_experts", "0")]
    [InlineData("embedding_multiplier", "1.0")]
    [InlineData("use_mrope", "false")]
    [InlineData("attn_logit_softcapping", "null")]
    [InlineData("sliding_window", "64")]
    [InlineData("layer_types", """["full_attention","full_attention"]""")]
    [InlineData("some_unheard_of_note", "\"left alone\"")]
    public void Load_SettingThatAsksForNothing_IsAccepted(string field, string value) =>
        Assert.Equal("LlamaForCausalLM", Load((field, JsonNode.Parse(value))).Architecture);

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("{\"architectures\":", "not valid JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{\"vocab_size\":1,\"vocab_size\":2}", "vocab_size")]
    [InlineData("{\"architectures\":[\"\\ud800\"]}", "not valid JSON")]
    [InlineData("{\"architectures\":[\"a\\nb\\u001b[2J\"]}", "architecture 'a b [2J'")]
    public void Load_MalformedFile_IsOneLine(string text, string problem)
    {
        _model.Write("config.json", text);
        Assert.Contains(problem, TemporaryModel.Refusal(() => ModelConfig.Load(_model.Path)), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_MissingFileOrFolder_SaysWhich()
    {
        Assert.Equal(_model.File("config.json") + ": does not exist", TemporaryModel.Refusal(() => ModelConfig.Load(_model.Path)));
        Assert.Contains("there is no folder", TemporaryModel.Refusal(() => ModelConfig.Load(_model.File("nowhere"))), StringComparison.Ordinal);
        Assert.Contains("tokenizer.json: does not exist", TemporaryModel.Refusal(() => ModelFolder.RequireFile(_model.Path, "tokenizer.json")), StringComparison.Ordinal);
    }

    private ModelConfig Load(params (string Field, JsonNode? Value)[] changes)
    {
        var json = JsonNode.Parse(TemporaryModel.GoodConfig)!.AsObject();
        foreach (var (field, value) in changes)
            json[field] = value?.DeepClone();
        _model.Write("config.json", json.ToJsonString());
        return ModelConfig.Load(_model.Path);
    }

    private string Refusal(params (string Field, JsonNode? Value)[] changes) => TemporaryModel.Refusal(() => Load(changes));
}
