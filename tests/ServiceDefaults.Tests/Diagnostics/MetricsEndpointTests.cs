using Godwit.Contracts.Diagnostics;
using Godwit.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Prometheus;

namespace Godwit.ServiceDefaults.Tests.Diagnostics;

/// <summary>The text at <c>/metrics</c>, and the parser that judges it.</summary>
public sealed class MetricsEndpointTests
{
    private const string Good = "# HELP a Help.\n# TYPE a counter\n";

    private const string Buckets = "# HELP h Help.\n# TYPE h histogram\nh_sum 1\nh_count 2\n";

    [Fact]
    public async Task Figures_that_vLLM_has_too_are_there_twice_and_others_once()
    {
        WebApplicationBuilder builder = TestHosts.Builder(("urls", "http://127.0.0.1:0"));
        builder.AddServiceDefaults("Test");
        await using WebApplication app = builder.Build();
        app.MapDefaultEndpoints();
        IMetricFactory metrics = app.Services.GetRequiredService<IMetricFactory>();
        metrics.CreateGauge(MetricNames.KvUsage, "Colons: and spaces.", ["l"]).WithLabels("q\"\\\n").Set(0.5);
        metrics.CreateGauge(MetricNames.KvUsage + "_other", "Not the same.").Set(7);
        await app.StartAsync();
        using HttpClient client = new() { BaseAddress = app.AddressesOf()[0] };

        IReadOnlyDictionary<string, MetricFamily> families = PrometheusText.Parse(await client.GetStringAsync("/metrics"));
        MetricSample alias = Assert.Single(families["vllm:kv_cache_usage_perc"].Samples);
        Assert.Equal((0.5, "q\"\\\n"), (alias.Value, alias.Labels["l"]));
        Assert.Equal("gauge", families["vllm:kv_cache_usage_perc"].Type);
        Assert.Equal(alias.Labels, Assert.Single(families[MetricNames.KvUsage].Samples).Labels);
        Assert.Equal(7, families[MetricNames.KvUsage + "_other"].Value());
        Assert.Equal(["vllm:kv_cache_usage_perc"], families.Keys.Where(name => name.Contains(':')));
    }

    [Theory]
    [InlineData(Good + "a 1")]
    [InlineData("a 1\n")]
    [InlineData("# TYPE a counter\na 1\n")]
    [InlineData(Good + "b 1\n")]
    [InlineData(Good + "a -1\n")]
    [InlineData(Good + "a x\n")]
    [InlineData(Good + "a{l=\"\"} 1\na{l=\"\"} 2\n")]
    [InlineData(Good + "a{l=\"q\"q\"} 1\n")]
    [InlineData(Good + "a 1\n" + Good + "a 2\n")]
    [InlineData("# HELP a-b Help.\n# TYPE a-b counter\na-b 1\n")]
    [InlineData(Buckets)]
    [InlineData(Buckets + "h_bucket{le=\"1\"} 2\n")]
    [InlineData(Buckets + "h_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\n")]
    [InlineData(Buckets + "h_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 3\n")]
    [InlineData(Buckets + "h_bucket{le=\"2\"} 1\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 2\n")]
    public void Parser_refuses_what_is_no_exposition(string text) => Assert.Throws<FormatException>(() => PrometheusText.Parse(text));

    [Fact]
    public void Parser_reads_a_histogram()
    {
        MetricFamily family = PrometheusText.Parse(Buckets + "h_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 2\n")["h"];
        Assert.Equal((2, 1, 1), (family.Value("_count"), family.Value("_sum"), family.Value("_bucket", ("le", "1"))));
    }
}
