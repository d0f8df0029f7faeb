using System.Threading.Channels;
using Godwit.Contracts.Diagnostics;
using Godwit.ServiceDefaults;
using Godwit.Testing;
using Godwit.Worker.Engine;
using Godwit.Worker.KvCache;
using Godwit.Worker.Model;
using Godwit.Worker.Sampling;
using Godwit.Worker.Tokenization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Prometheus;

namespace Godwit.Worker.Tests.Engine;

/// <summary>The engine's figures, as they are read at <c>/metrics</c>, on a clock that a test moves.</summary>
public sealed class SequenceMetricsTests : IAsyncLifetime
{
    private const string Model = "org/\"tiny\"";
    private static readonly IReadOnlySet<int> s_endTokens = new HashSet<int> { 1, 2 };
    private readonly Tokenizer _tokenizer = Tokenizer.Load(BundledModel.Folder("stories260k"));
    private readonly SimulatedRunner _runner = new(new SimulatedRunnerOptions(0, 0, 1, 512, [.. Enumerable.Range(300, 100)], 16, 64));
    private readonly ManualClock _clock = new();
    private WebApplication _app = null!;
    private HttpClient _client = null!;
    private SequenceMetrics _metrics = null!;
    private FusedBatch _batch = null!;

    public async Task InitializeAsync()
    {
        WebApplicationBuilder builder = TestHosts.Builder(("urls", "http://127.0.0.1:0"));
        builder.AddServiceDefaults("Worker");
        _app = builder.Build();
        _app.MapDefaultEndpoints();
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = _app.AddressesOf()[0] };
        _metrics = new SequenceMetrics(EngineMetrics.FactoryOf(Registry, Model), 512, _clock);
        _batch = new FusedBatch(_runner, s_endTokens, new EngineOptions { PrefillChunkTokens = 16 }, _metrics);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        _runner.Dispose();
        await _app.DisposeAsync();
    }

    private CollectorRegistry Registry => _app.Services.GetRequiredService<CollectorRegistry>();

    [Fact]
    public async Task Times_run_from_arrival_over_start_and_first_token_to_the_last()
    {
        Submit([.. Enumerable.Range(10, 32)], new SamplingParams { MaxTokens = 3 }, waited: 2);
        _clock.Seconds += 4;
        _batch.Step();
        _clock.Seconds += 8;
        _batch.Step();
        _clock.Seconds += 16;
        _batch.Step();
        _clock.Seconds += 32;
        _batch.Step();
        Assert.True(_batch.IsEmpty);

        IReadOnlyDictionary<string, MetricFamily> metrics = await ReadAsync();
        Assert.Equal((1, 2 + 4 + 8), Of(metrics, "vllm:time_to_first_token_seconds"));
        Assert.Equal((2, 16 + 32), Of(metrics, "vllm:inter_token_latency_seconds"));
        Assert.Equal((1, 24), Of(metrics, "vllm:request_time_per_output_token_seconds"));
        Assert.Equal((1, 2 + 4 + 8 + 16 + 32), Of(metrics, "vllm:e2e_request_latency_seconds"));
        Assert.Equal((1, 4), Of(metrics, "vllm:request_queue_time_seconds"));
        Assert.Equal((1, 8), Of(metrics, "vllm:request_prefill_time_seconds"));
        Assert.Equal((1, 48), Of(metrics, "vllm:request_decode_time_seconds"));
        Assert.Equal((1, 56), Of(metrics, "vllm:request_inference_time_seconds"));
        Assert.Equal((1, 32), Of(metrics, "vllm:request_prompt_tokens"));
        Assert.Equal((1, 3), Of(metrics, "vllm:request_generation_tokens"));
        Assert.Equal((1, 1), Of(metrics, "vllm:request_params_n"));
        Assert.Equal((1, 3), Of(metrics, "vllm:request_params_max_tokens"));
        Assert.Equal((4, 16 + 16 + 1 + 1), Of(metrics, "vllm:iteration_tokens_total"));
        Assert.Equal(32, metrics["vllm:prompt_tokens_total"].Value());
        Assert.Equal(1, metrics["vllm:request_success_total"].Value("", ("finished_reason", "length")));
        Assert.Equal(0, metrics["vllm:request_success_total"].Value("", ("finished_reason", "stop")));
        Assert.Equal(1, metrics["vllm:time_to_first_token_seconds"].Value("_bucket", ("le", "20")));
        Assert.Equal(0, metrics["vllm:time_to_first_token_seconds"].Value("_bucket", ("le", "10")));
    }

    [Fact]
    public async Task Choices_count_each_and_those_cut_short_are_aborts()
    {
        Submit([10, 11], new SamplingParams { MaxTokens = 1 }, choices: 3);
        _batch.Step();
        EngineRequest left = Submit([12, 13], new SamplingParams { MaxTokens = 50 }, choices: 2);
        _batch.Step();
        _batch.Cancel(left);
        Submit([14], new SamplingParams { MaxTokens = 5, AllowedTokenIds = [511] }, bad: true);
        _batch.Step();

        IReadOnlyDictionary<string, MetricFamily> metrics = await ReadAsync();
        Assert.Equal(3, metrics["vllm:request_success_total"].Value("", ("finished_reason", "length")));
        Assert.Equal(2, metrics["vllm:request_success_total"].Value("", ("finished_reason", "abort")));
        Assert.Equal(1, metrics["vllm:request_success_total"].Value("", ("finished_reason", "error")));
        Assert.Equal((3, 6), Of(metrics, "vllm:request_params_n"));
        Assert.Equal(3, metrics["vllm:e2e_request_latency_seconds"].Value("_count"));
        Assert.Equal((0, 0), Of(metrics, "vllm:request_time_per_output_token_seconds"));
    }

    [Fact]
    public async Task What_began_elsewhere_has_no_first_token_here()
    {
        EngineRequest request = Submit([10, 11], new SamplingParams { MaxTokens = 4 }, choices: 2, begunElsewhere: true);
        for (int step = 0; step < 4; step++)
        {
            _clock.Seconds += 2;
            _batch.Step();
        }

        Assert.Equal(0, request.Open);
        IReadOnlyDictionary<string, MetricFamily> metrics = await ReadAsync();
        Assert.Equal((0, 0), Of(metrics, "vllm:time_to_first_token_seconds"));
        Assert.Equal((0, 0), Of(metrics, "vllm:request_params_n"));
        Assert.Equal((0, 0), Of(metrics, "vllm:e2e_request_latency_seconds"));
        Assert.Equal(0, metrics["vllm:prompt_tokens_total"].Value());

        // From its first token here on it is like any other, and it ends once.
        Assert.Equal((6, 12), Of(metrics, "vllm:inter_token_latency_seconds"));
        Assert.Equal((2, 8), Of(metrics, "vllm:request_generation_tokens"));
        Assert.Equal(2, metrics["vllm:request_success_total"].Value("", ("finished_reason", "length")));
    }

    [Fact]
    public async Task Embedding_has_no_tokens_and_no_choices()
    {
        Submit([10, 11], new SamplingParams { MaxTokens = 0 }, pooled: true);
        _batch.Step();
        IReadOnlyDictionary<string, MetricFamily> metrics = await ReadAsync();
        Assert.Equal(1, metrics["vllm:request_success_total"].Value("", ("finished_reason", "stop")));
        Assert.Equal(1, metrics["vllm:e2e_request_latency_seconds"].Value("_count"));
        Assert.Equal(0, metrics["vllm:time_to_first_token_seconds"].Value("_count"));
        Assert.Equal(0, metrics["vllm:request_generation_tokens"].Value("_count"));
        Assert.Equal(0, metrics["vllm:request_params_n"].Value("_count"));
    }

    [Fact]
    public async Task Every_alias_is_there_with_the_same_values_and_vLLMs_labels()
    {
        using var engine = new EngineFixture();
        EngineMetrics.Register(Registry, EngineMetrics.FactoryOf(Registry, Model), engine.Engine, _runner, engine.Options);
        await engine.RunAsync(new SamplingParams { MaxTokens = 4 }, "Once upon a time");
        await engine.StatusAsync(status => status.RequestsRunning == 0);

        IReadOnlyDictionary<string, MetricFamily> metrics = await ReadAsync();
        foreach ((string name, string alias) in VllmMetricNames.ByName)
        {
            Assert.Equal(metrics[name].Type, metrics[alias].Type);
            Assert.NotEmpty(metrics[name].Samples);
            Assert.Equal(
                metrics[name].Samples.Select(s => (alias + s.Name[name.Length..], s.LabelsWithout(""), s.Value)),
                metrics[alias].Samples.Select(s => (s.Name, s.LabelsWithout(""), s.Value)));
            Assert.All(metrics[alias].Samples, s => Assert.Equal((Model, "0"), (s.Labels["model_name"], s.Labels["engine"])));
        }

        Assert.Equal(1, metrics["vllm:cache_config_info"].Value("", ("block_size", "16"), ("num_gpu_blocks", "64")));
        Assert.Equal(4, metrics["vllm:generation_tokens_total"].Value());
        Assert.True(metrics["vllm:prefix_cache_queries_total"].Value() > 4);
        Assert.Equal("histogram", metrics["vllm:iteration_tokens_total"].Type);
        Assert.Equal("gauge", metrics["vllm:kv_cache_usage_perc"].Type);
    }

    private EngineRequest Submit(
        int[] prompt,
        SamplingParams sampling,
        int choices = 1,
        double waited = 0,
        bool pooled = false,
        bool bad = false,
        bool begunElsewhere = false)
    {
        var channel = Channel.CreateUnbounded<SequenceOutput>();
        List<BlockHash> contents = BlockHash.Chain("", prompt);
        long now = _clock.GetTimestamp();
        SamplingParams drawn = bad ? sampling with { BadWords = [[511]] } : sampling;
        Sequence[] sequences = [.. Enumerable.Range(0, choices).Select(choice => new Sequence(
            choice,
            prompt,
            contents,
            "",
            sampling,
            512,
            new SequenceSampler(drawn, choice, prompt, s_endTokens, 512),
            new OutputText(new IncrementalDetokenizer(_tokenizer, prompt, skipSpecialTokens: true), []),
            channel.Writer)
        {
            Times = new SequenceTimes { Arrived = now - (long)(waited * _clock.TimestampFrequency), Queued = now },
            Pool = pooled ? new HiddenPool(Pooling.Mean, prompt.Length, _runner.HiddenSize) : null,
        })];
        sequences[0].Siblings = choices > 1 ? sequences[1..] : null;
        var request = new EngineRequest("r", 0, [sequences[0]], channel.Writer) { HasBegunElsewhere = begunElsewhere };
        _batch.Add(request);
        return request;
    }

    private async Task<IReadOnlyDictionary<string, MetricFamily>> ReadAsync()
    {
        using HttpResponseMessage response = await _client.GetAsync("/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        return PrometheusText.Parse(await response.Content.ReadAsStringAsync());
    }

    private static (double Count, double Sum) Of(IReadOnlyDictionary<string, MetricFamily> metrics, string name) =>
        (metrics[name].Value("_count"), metrics[name].Value("_sum"));

    /// <summary>A clock that stands still between moves.</summary>
    private sealed class ManualClock : TimeProvider
    {
        public double Seconds { get; set; } = 1000;

        public override long GetTimestamp() => (long)(Seconds * TimestampFrequency);
    }
}
