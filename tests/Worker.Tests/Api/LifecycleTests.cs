using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Godwit.Contracts.OpenAI;
using Godwit.Worker.Api;
using Godwit.Worker.Engine;

namespace Godwit.Worker.Tests.Api;

/// <summary>Clients that leave and engines that break.</summary>
public sealed class LifecycleTests : IAsyncLifetime
{
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(30);
    private ApiHost _host = null!;

    public async Task InitializeAsync() => _host = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task A_client_that_leaves_ends_its_generation(bool stream, bool frames)
    {
        var submitted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _host.Engine.Script = (_, outputs) =>
        {
            outputs.TryWrite(new SequenceOutput(0, 0, new[] { 5 }, "x", null));
            submitted.TrySetResult();
        };
        using var leave = new CancellationTokenSource();
        Task<HttpResponseMessage> sending = _host.PostAsync(
            "/v1/chat/completions",
            ApiHost.Chat(stream ? "\"stream\":true" : ""),
            frames ? ApiHost.Ticket() : null,
            frames,
            leave.Token);
        await submitted.Task.WaitAsync(HangGuard);
        if (stream || frames)
        {
            using HttpResponseMessage response = await sending;
            await using Stream body = await response.Content.ReadAsStreamAsync();
            Assert.True(await body.ReadAsync(new byte[64]) > 0);
            Assert.False(_host.Engine.Disposed.Task.IsCompleted);
        }
        else
        {
            Assert.False(sending.IsCompleted);
            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        }

        await _host.Engine.Disposed.Task.WaitAsync(HangGuard);
    }

    [Fact]
    public async Task Outputs_are_sent_as_they_come()
    {
        ChannelWriter<SequenceOutput> outputs = null!;
        var submitted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _host.Engine.Script = (_, writer) =>
        {
            outputs = writer;
            submitted.TrySetResult();
        };
        using HttpResponseMessage response = await _host.PostAsync("/v1/chat/completions", ApiHost.Chat("\"stream\":true"));
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        await submitted.Task.WaitAsync(HangGuard);
        Assert.Contains("\"role\":\"assistant\"", await NextAsync(lines), StringComparison.Ordinal);
        foreach (string text in (string[])["one", "two"])
        {
            outputs.TryWrite(new SequenceOutput(0, 0, new[] { 5 }, text, null));
            Assert.Contains($"\"content\":\"{text}\"", await NextAsync(lines), StringComparison.Ordinal);
        }

        outputs.TryWrite(new SequenceOutput(0, 0, new[] { 2 }, "", FinishReason.Stop));
        Assert.Contains("\"finish_reason\":\"stop\"", await NextAsync(lines), StringComparison.Ordinal);
        Assert.Equal("data: [DONE]", await NextAsync(lines));
        await _host.Engine.Disposed.Task.WaitAsync(HangGuard);
    }

    [Fact]
    public async Task A_stream_that_breaks_ends_with_an_error_event_and_an_abort()
    {
        _host.Engine.Script = Break;
        using HttpResponseMessage response = await _host.PostAsync("/v1/chat/completions", ApiHost.Chat("\"stream\":true"));
        await using Stream body = await response.Content.ReadAsStreamAsync();
        using var received = new MemoryStream();
        await Assert.ThrowsAnyAsync<IOException>(() => body.CopyToAsync(received));

        string[] events = Encoding.UTF8.GetString(received.ToArray()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("\"content\":\"x\"", events[^2], StringComparison.Ordinal);
        JsonNode error = JsonNode.Parse(events[^1]["data: ".Length..])!["error"]!;
        Assert.Equal(("server_error", "instance_failed"), ((string?)error["type"], (string?)error["code"]));
        Assert.DoesNotContain(events, e => e.Contains("[DONE]", StringComparison.Ordinal));
        await _host.Engine.Disposed.Task.WaitAsync(HangGuard);
    }

    [Theory]
    [InlineData("faulted", false)]
    [InlineData("ended early", false)]
    [InlineData("failed to start", false)]
    [InlineData("failed to start", true)]
    public async Task What_breaks_before_the_answer_began_is_a_server_error(string how, bool frames)
    {
        _host.Engine.Script = how switch
        {
            "faulted" => Break,
            "ended early" => (_, outputs) => outputs.TryComplete(),
            _ => (_, _) => throw new EngineFaultedException("broken"),
        };
        using HttpResponseMessage response = await _host.PostAsync(
            "/v1/completions", ApiHost.Text(), frames ? ApiHost.Ticket() : null, frames);
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        JsonNode error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!;
        Assert.Equal(("server_error", "instance_failed"), ((string?)error["type"], (string?)error["code"]));
    }

    [Fact]
    public async Task A_template_that_is_missing_is_the_clients_error()
    {
        await using ApiHost host = await ApiHost.StartAsync(model => model with
        {
            RenderChat = _ => throw new ApiException(ApiError.Invalid("No template.", "messages", "chat_template_missing")),
        });
        using HttpResponseMessage response = await host.PostAsync("/v1/chat/completions", ApiHost.Chat());
        await BadRequestTests.AssertErrorAsync(response, HttpStatusCode.BadRequest, "chat_template_missing", "messages");
        await host.PostForJsonAsync("/v1/completions", ApiHost.Text());
    }

    [Fact]
    public async Task An_unforeseen_failure_is_a_server_error_that_tells_nothing()
    {
        await using ApiHost host = await ApiHost.StartAsync(model => model with
        {
            Encode = (_, _) => throw new InvalidDataException("secret"),
        });
        using HttpResponseMessage response = await host.PostAsync("/v1/completions", ApiHost.Text());
        string text = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("internal_error", (string?)JsonNode.Parse(text)!["error"]!["code"]);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    private static void Break(GenerationRequest request, ChannelWriter<SequenceOutput> outputs)
    {
        outputs.TryWrite(new SequenceOutput(0, 0, new[] { 5 }, "x", null));
        outputs.TryComplete(new EngineFaultedException("broken"));
    }

    private static async Task<string?> NextAsync(StreamReader lines)
    {
        string? line = await lines.ReadLineAsync().WaitAsync(HangGuard);
        Assert.Equal("", await lines.ReadLineAsync().WaitAsync(HangGuard));
        return line;
    }
}
