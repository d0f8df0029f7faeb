using Godwit.Testing;
using Godwit.Training.Selection.Labels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Godwit.Training.Tests.Selection.Labels;

/// <summary>Servers that are not ours: what they leave out, and how they fail.</summary>
public sealed class OtherServerTests
{
    private const string Answer =
        """{"choices":[{"text":"ab","logprobs":{"tokens":["a","b","c"],"token_logprobs":[null,-1.5,-0.5]}}]}""";

    [Fact]
    public async Task WithoutADigest_TheModelsDateStandsForIt_AndChoicesAreNoExperts()
    {
        await using WebApplication peer = await TestHosts.StartPeerAsync(app => app.MapGet(
            "/v1/models", () => Results.Text(
                """{"object":"list","data":[{"id":"m","created":17},{"id":"auto"},{"id":"auto:fast"},{"id":"automobile"}]}""",
                "application/json")));
        using ExpertServer server = new(peer.AddressesOf().Single());
        IReadOnlyList<ServedExpert> experts = await server.ListAsync();
        Assert.Equal(["m", "automobile"], experts.Select(expert => expert.Id));
        Assert.Equal(["created:17", "created:"], experts.Select(expert => expert.Digest));
        Assert.All(experts, expert => Assert.Null(expert.ContextLength));
    }

    [Fact]
    public async Task AnOverloadedServer_IsAskedAgain()
    {
        int calls = 0;
        await using WebApplication peer = await TestHosts.StartPeerAsync(app => app.MapPost("/v1/completions", (HttpContext context) =>
        {
            context.Response.Headers.RetryAfter = "0";
            return Interlocked.Increment(ref calls) < 4 ? Results.StatusCode(503) : Results.Text(Answer, "application/json");
        }));
        using ExpertServer server = new(new Uri(peer.AddressesOf().Single(), "/v1/"));
        Assert.Equal(2.0 / 4, await server.LossAsync("m", "abcd"));
        Assert.Equal(4, calls);
    }

    [Fact]
    public async Task TheKey_IsSent()
    {
        string? sent = null;
        await using WebApplication peer = await TestHosts.StartPeerAsync(app => app.MapPost("/v1/completions", (HttpContext context) =>
        {
            sent = context.Request.Headers.Authorization;
            return Results.Text(Answer, "application/json");
        }));
        using ExpertServer server = new(peer.AddressesOf().Single(), "secret");
        await server.LossAsync("m", "abcd");
        Assert.Equal("Bearer secret", sent);
    }

    [Theory]
    [InlineData("""{"error":{"message":"x","code":"context_length_exceeded"}}""")]
    [InlineData("""{"message":"This model's maximum context length is 256 tokens."}""")]
    public async Task ATooLongText_HasNoLoss(string refusal)
    {
        await using WebApplication peer = await TestHosts.StartPeerAsync(app => app.MapPost(
            "/v1/completions", () => Results.Text(refusal, "application/json", statusCode: 400)));
        using ExpertServer server = new(peer.AddressesOf().Single());
        Assert.Null(await server.LossAsync("m", "abcd"));
    }

    [Fact]
    public async Task AServerWithoutLogprobs_IsSaid()
    {
        await using WebApplication peer = await TestHosts.StartPeerAsync(app => app.MapPost(
            "/v1/completions", () => Results.Text("""{"choices":[{"text":"ab","logprobs":null}]}""", "application/json")));
        using ExpertServer server = new(peer.AddressesOf().Single());
        LabelException error = await Assert.ThrowsAsync<LabelException>(() => server.LossAsync("m", "abcd"));
        Assert.Contains("log-probabilities", error.Message, StringComparison.Ordinal);
    }
}
