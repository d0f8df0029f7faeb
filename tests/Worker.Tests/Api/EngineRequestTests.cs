using Godwit.Worker.Engine;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Tests.Api;

/// <summary>What reaches the engine.</summary>
public sealed class EngineRequestTests(ApiHostFixture fixture) : IClassFixture<ApiHostFixture>
{
    private readonly ApiHost _host = fixture.Host;

    [Fact]
    public async Task Without_sampling_fields_OpenAIs_defaults_hold_and_the_context_is_the_limit()
    {
        GenerationRequest request = await SubmittedAsync("/v1/completions", ApiHost.Text());
        SamplingParams sampling = request.Sampling;
        Assert.Equal((1.0, 1.0, 0, null), (sampling.Temperature, sampling.TopP, sampling.TopK, sampling.MaxTokens));
        Assert.Empty(sampling.Stop);
        Assert.Empty(sampling.StopTokenIds);
        Assert.False(sampling.IgnoreEos);
        Assert.Equal(0, request.Priority);
    }

    [Fact]
    public async Task Every_sampling_field_arrives()
    {
        GenerationRequest request = await SubmittedAsync("/v1/chat/completions", ApiHost.Chat(
            """
            "temperature":0.5,"top_p":0.25,"top_k":7,"seed":-9223372036854775808,"max_completion_tokens":9,"stop":["a","b"],
            "stop_token_ids":[5],"ignore_eos":true,"priority":-100
            """));
        SamplingParams sampling = request.Sampling;
        Assert.Equal((0.5, 0.25, 7, (int?)9), (sampling.Temperature, sampling.TopP, sampling.TopK, sampling.MaxTokens));
        Assert.Equal(long.MinValue, sampling.Seed);
        Assert.Equal(["a", "b"], sampling.Stop);
        Assert.Equal([5], sampling.StopTokenIds);
        Assert.True(sampling.IgnoreEos);
        Assert.Equal(-100, request.Priority);
    }

    [Theory]
    [InlineData("\"top_k\":-1", 0, 1.0)]
    [InlineData("\"top_k\":0", 0, 1.0)]
    [InlineData("\"top_k\":1000000", 0, 1.0)]
    [InlineData("\"top_p\":0", 1, 1.0)]
    [InlineData("\"top_p\":0,\"top_k\":5", 1, 1.0)]
    public async Task Edges_of_top_k_and_top_p_keep_their_meaning(string fields, int topK, double topP)
    {
        SamplingParams sampling = (await SubmittedAsync("/v1/completions", ApiHost.Text(fields))).Sampling;
        Assert.Equal((topK, topP), (sampling.TopK, sampling.TopP));
    }

    [Theory]
    [InlineData("\"user\":\"u\",\"metadata\":{},\"store\":true,\"service_tier\":\"auto\",\"unknown\":[1,{\"a\":null}]")]
    [InlineData("\"logprobs\":false,\"top_logprobs\":0,\"frequency_penalty\":0,\"presence_penalty\":0.0,\"logit_bias\":{},\"min_p\":0.0")]
    [InlineData("\"tools\":null,\"tool_choice\":\"auto\",\"response_format\":{\"type\":\"text\"},\"echo\":false")]
    [InlineData("\"repetition_penalty\":1.0,\"length_penalty\":1,\"min_tokens\":0,\"use_beam_search\":false,\"skip_special_tokens\":true")]
    [InlineData("\"best_of\":1,\"suffix\":null,\"modalities\":[\"text\"],\"max_tokens\":null,\"stop\":null,\"n\":null,\"seed\":null")]
    [InlineData("\"stop\":[],\"stream\":null,\"stream_options\":null,\"temperature\":null,\"max_tokens\":3,\"max_completion_tokens\":3")]
    public async Task What_asks_for_nothing_is_accepted(string fields)
    {
        await SubmittedAsync("/v1/chat/completions", ApiHost.Chat(fields));
        await SubmittedAsync("/v1/completions", ApiHost.Text(fields));
    }

    [Fact]
    public async Task A_missing_seed_is_drawn_anew_for_each_request()
    {
        long first = (await SubmittedAsync("/v1/completions", ApiHost.Text())).Sampling.Seed;
        long second = (await SubmittedAsync("/v1/completions", ApiHost.Text())).Sampling.Seed;
        Assert.NotEqual(first, second);
    }

    [Theory]
    [InlineData("\"ab\"", "1,100,101")]
    [InlineData("\"\"", "1")]
    [InlineData("[\"a\",\"b\"]", "1,100|1,101")]
    [InlineData("[5,0,258]", "5,0,258")]
    [InlineData("[[5],[6,7]]", "5|6,7")]
    public async Task Prompts_become_token_ids(string prompt, string expected)
    {
        GenerationRequest request = await SubmittedAsync("/v1/completions", ApiHost.Text(prompt: prompt));
        Assert.Equal(expected, string.Join('|', request.Prompts.Select(ids => string.Join(',', ids))));
    }

    [Fact]
    public async Task Several_choices_of_several_prompts_lie_prompt_by_prompt()
    {
        GenerationRequest request = await SubmittedAsync("/v1/completions", ApiHost.Text("\"n\":2", "[[5],[6]]"));
        Assert.Equal([5, 6], request.Prompts.Select(ids => ids.Single()));
        Assert.Equal(2, request.ChoicesPerPrompt);
    }

    [Fact]
    public async Task Messages_are_rendered_with_their_parts_joined()
    {
        GenerationRequest request = await SubmittedAsync("/v1/chat/completions", $$"""
            {"model":"{{ApiHost.ModelId}}","messages":[
              {"role":"developer","content":"d","name":"x"},
              {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
              {"role":"assistant","content":null,"tool_calls":[]},
              {"role":"tool","content":"t","tool_call_id":"1"},
              {"role":"narrator","content":"{{"{{ x }}"}}"}]}
            """);
        Assert.Equal(ScriptedEngine.Encode("developer:d;user:a\nb;assistant:;tool:t;narrator:{{ x }};", true), request.Prompts.Single());
    }

    [Fact]
    public async Task A_template_that_writes_the_first_token_gets_no_second()
    {
        await using ApiHost host = await ApiHost.StartAsync(model => model with { RenderChat = _ => "<s>x" });
        await host.PostForJsonAsync("/v1/chat/completions", ApiHost.Chat());
        Assert.Equal(ScriptedEngine.Encode("<s>x", false), host.Engine.Requests.Single().Prompts.Single());
    }

    private async Task<GenerationRequest> SubmittedAsync(string path, string body)
    {
        await _host.PostForJsonAsync(path, body);
        return _host.Engine.Requests.Last();
    }
}
