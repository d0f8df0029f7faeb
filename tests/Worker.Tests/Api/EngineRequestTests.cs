using Godwit.Worker.Engine;
using Godwit.Worker.Sampling;
using Godwit.Worker.Tokenization;

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
        Assert.Equal((0.0, 0.0, 0.0, 1.0), (sampling.MinP, sampling.FrequencyPenalty, sampling.PresencePenalty, sampling.RepetitionPenalty));
        Assert.Empty(sampling.LogitBias);
        Assert.Empty(sampling.BadWords);
        Assert.Null(sampling.AllowedTokenIds);
        Assert.Equal((0, false, true), (sampling.MinTokens, sampling.IncludeStop, sampling.SkipSpecialTokens));
        Assert.Equal((null, null), (sampling.Logprobs, sampling.PromptLogprobs));
        Assert.Equal(0, request.Priority);
    }

    [Fact]
    public async Task Every_sampling_field_arrives()
    {
        GenerationRequest request = await SubmittedAsync("/v1/chat/completions", ApiHost.Chat(
            """
            "temperature":0.5,"top_p":0.25,"top_k":7,"seed":-9223372036854775808,"max_completion_tokens":9,"stop":["a","b"],
            "stop_token_ids":[5],"ignore_eos":true,"priority":-100,"min_p":0.125,"frequency_penalty":-2,"presence_penalty":2,
            "repetition_penalty":1.5,"logit_bias":{"5":-100,"258":100},"allowed_token_ids":[7,5],"bad_words":["ab","c"],"min_tokens":4,
            "include_stop_str_in_output":true,"skip_special_tokens":false,"logprobs":true,"top_logprobs":3,"prompt_logprobs":2
            """));
        SamplingParams sampling = request.Sampling;
        Assert.Equal((0.5, 0.25, 7, (int?)9), (sampling.Temperature, sampling.TopP, sampling.TopK, sampling.MaxTokens));
        Assert.Equal(long.MinValue, sampling.Seed);
        Assert.Equal(["a", "b"], sampling.Stop);
        Assert.Equal([5], sampling.StopTokenIds);
        Assert.True(sampling.IgnoreEos);
        Assert.Equal(
            (0.125, -2.0, 2.0, 1.5),
            (sampling.MinP, sampling.FrequencyPenalty, sampling.PresencePenalty, sampling.RepetitionPenalty));
        Assert.Equal([new TokenBias(5, -100), new TokenBias(258, 100)], sampling.LogitBias);
        Assert.Equal([7, 5], sampling.AllowedTokenIds!);
        Assert.Equal(["100,101", "102"], sampling.BadWords.Select(word => string.Join(',', word)));
        Assert.Equal((4, true, false), (sampling.MinTokens, sampling.IncludeStop, sampling.SkipSpecialTokens));
        Assert.Equal((3, 2), (sampling.Logprobs, sampling.PromptLogprobs));
        Assert.Equal(-100, request.Priority);
    }

    [Theory]
    [InlineData("\"top_k\":-1", 0, 1.0)]
    [InlineData("\"top_k\":0", 0, 1.0)]
    [InlineData("\"top_k\":1000000", 0, 1.0)]
    public async Task Edges_of_top_k_and_top_p_keep_their_meaning(string fields, int topK, double topP)
    {
        SamplingParams sampling = (await SubmittedAsync("/v1/completions", ApiHost.Text(fields))).Sampling;
        Assert.Equal((topK, topP), (sampling.TopK, sampling.TopP));
    }

    [Theory]
    [InlineData("\"user\":\"u\",\"metadata\":{},\"store\":true,\"service_tier\":\"auto\",\"unknown\":[1,{\"a\":null}]")]
    [InlineData("\"logprobs\":false,\"top_logprobs\":0,\"frequency_penalty\":0,\"presence_penalty\":0.0,\"logit_bias\":{},\"min_p\":0.0")]
    [InlineData("\"tools\":null,\"tool_choice\":\"none\",\"response_format\":{\"type\":\"text\"},\"echo\":false")]
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
              {"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"} }]},
              {"role":"tool","content":"t","tool_call_id":"1"},
              {"role":"narrator","content":"{{"{{ x }}"}}"}]}
            """);
        Assert.Equal(ScriptedEngine.Encode("developer:d;user:a\nb;assistant:;assistant:;tool:t;narrator:{{ x }};", true), request.Prompts.Single());
    }

    [Fact]
    public async Task A_template_that_writes_the_first_token_gets_no_second()
    {
        await using ApiHost host = await ApiHost.StartAsync(model => model with { RenderChat = _ => MarkedText.Of("<s>x") });
        await host.PostForJsonAsync("/v1/chat/completions", ApiHost.Chat());
        Assert.Equal(ScriptedEngine.Encode("<s>x", false), host.Engine.Requests.Single().Prompts.Single());
    }

    [Theory]
    [InlineData("\"truncate_prompt_tokens\":2", "6,7")]
    [InlineData("\"truncate_prompt_tokens\":9", "5,6,7")]
    [InlineData("\"truncate_prompt_tokens\":-1,\"max_tokens\":198", "6,7")]
    public async Task A_truncated_prompt_keeps_its_end(string fields, string expected)
    {
        GenerationRequest request = await SubmittedAsync("/v1/completions", ApiHost.Text(fields, "[5,6,7]"));
        Assert.Equal(expected, string.Join(',', request.Prompts.Single()));
    }

    [Fact]
    public async Task A_word_is_also_forbidden_after_a_space_where_that_is_one_other_token()
    {
        // A tokenizer with tokens 4 and 5 for "no" and " no"; the word for which it has only a token that the model lacks is left out.
        await using ApiHost host = await ApiHost.StartAsync(model => model with
        {
            Encode = (text, _) => text switch { "no" => [4], " no" => [5], "rare" or " rare" => [9999], _ => [7, 8] },
        });
        await host.PostForJsonAsync("/v1/completions", ApiHost.Text("\"bad_words\":[\"no\",\"rare\"]"));
        Assert.Equal([4, 5], host.Engine.Requests.Single().Sampling.BadWords.Select(word => word.Single()));
    }

    [Fact]
    public async Task Nothing_is_generated_when_only_the_prompt_is_scored()
    {
        SamplingParams echoed =
            (await SubmittedAsync("/v1/completions", ApiHost.Text("\"echo\":true,\"max_tokens\":0,\"logprobs\":2"))).Sampling;
        Assert.Equal((0, 2, 2), (echoed.MaxTokens, echoed.Logprobs, echoed.PromptLogprobs));
        SamplingParams scored = (await SubmittedAsync("/v1/completions", ApiHost.Text("\"prompt_logprobs\":0,\"max_tokens\":0"))).Sampling;
        Assert.Equal((0, null, 0), (scored.MaxTokens, scored.Logprobs, scored.PromptLogprobs));
    }

    private async Task<GenerationRequest> SubmittedAsync(string path, string body)
    {
        await _host.PostForJsonAsync(path, body);
        return _host.Engine.Requests.Last();
    }
}
