using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Godwit.System.Tests.Processes;

namespace Godwit.System.Tests.BadInput;

/// <summary>
/// The catalogue of bad inputs against real processes, through the Gateway and at a worker itself: each gets its status and code and
/// tells nothing about the inside, the processes live on, and the next good request, on the same connection where that is still open, is
/// answered as ever.
/// </summary>
[Collection(SharedGodwit.Collection)]
public sealed partial class BadInputTests(SharedGodwit shared)
{
    private static readonly byte[] s_good = RawConnection.Request(
        "POST",
        "/v1/completions",
        Encoding.UTF8.GetBytes("""{"model":"stories260k","prompt":"Once upon a time","max_tokens":8,"temperature":0}"""));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EachIsAnsweredAsItShould_AndTheNextGoodRequestIsRight(bool gateway)
    {
        if (shared.Godwit is not { } godwit)
        {
            return;
        }

        string model = Path.Combine(AppContext.BaseDirectory, "models", BadRequest.Model);
        await using RunningGodwit alone = RunningGodwit.Start("serve", "worker", "--model", model, "--port", "0", "--threads", "1");
        Uri worker = new((await alone.LineWithAsync("ready at ")).Split("ready at ")[1]);
        Uri address = gateway ? godwit.Api : worker;
        string expected = await GoodAsync(address);
        ConcurrentQueue<string> problems = [];
        BadRequest[] all = [.. BadFraming.All, .. BadBodies.All, .. BadParameters.All];
        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (bad, _) =>
        {
            foreach (string problem in await TryAsync(address, bad, expected))
            {
                problems.Enqueue($"{bad.Name}: {problem}");
            }
        });
        Assert.True(problems.IsEmpty, $"{problems.Count} of {all.Length}:\n" + string.Join('\n', problems));
        Assert.All(godwit.Workers.Select(w => w.ProcessId).Append(alone.ProcessId), id => Assert.True(Unix.IsAlive(id)));
        Assert.Equal(expected, await GoodAsync(address));
        foreach (Uri each in godwit.Workers.Select(w => w.Address).Append(worker))
        {
            Assert.Equal(0, await IdleBlocksAsync(each));
        }
    }

    [Fact]
    public async Task AThousandPipelinedRequests_AreAnsweredInOrder()
    {
        if (shared.Godwit is not { } godwit)
        {
            return;
        }

        using RawConnection connection = await RawConnection.OpenAsync(godwit.Api);
        byte[] known = RawConnection.Request("GET", "/v1/models/stories260k", []);
        byte[] unknown = RawConnection.Request("GET", "/v1/models/unknown", []);
        Task sending = connection.SendAsync((byte[])[.. Enumerable.Range(0, 500).SelectMany(_ => known.Concat(unknown))]);
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(i % 2 == 0 ? 200 : 404, (await connection.ReadAsync())!.Status);
        }

        await sending;
    }

    [Fact]
    public async Task AHundredRequestsOfOneId_AreAllServed()
    {
        if (shared.Godwit is not { } godwit)
        {
            return;
        }

        using HttpClient http = new() { BaseAddress = godwit.Api };
        http.DefaultRequestHeaders.Add("x-request-id", "the-same");
        const string Body = """{"model":"stories260k","prompt":"Once upon a time","max_tokens":8,"temperature":0}""";
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            using StringContent content = new(Body, Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await http.PostAsync("/v1/completions", content);
            return TextOf(await response.Content.ReadAsStringAsync());
        }));
        Assert.Single(answers.Distinct());
    }

    [Fact]
    public async Task AThousandPromptsBeyondTheContext_AreRefusedOneByOne()
    {
        if (shared.Godwit is not { } godwit)
        {
            return;
        }

        using RawConnection connection = await RawConnection.OpenAsync(godwit.Api);
        byte[] tooLong = BadRequest.Text("", $"\"prompt\":\"{string.Concat(Enumerable.Repeat("once upon a time ", 200))}\"", 400).Bytes;
        string expected = await GoodAsync(godwit.Api);
        for (int i = 0; i < 1000; i++)
        {
            await connection.SendAsync(tooLong);
            RawResponse response = (await connection.ReadAsync())!;
            Assert.Equal((400, "context_length_exceeded"), (response.Status, ErrorOf(response.Body).Code));
        }

        Assert.Equal(expected, await GoodAsync(godwit.Api));
        Assert.All(godwit.Workers, worker => Assert.True(Unix.IsAlive(worker.ProcessId)));
    }

    [Fact]
    public async Task ABodyThatNeverComes_IsGivenUp()
    {
        if (shared.Godwit is not { } godwit)
        {
            return;
        }

        using RawConnection connection = await RawConnection.OpenAsync(godwit.Api);
        await connection.SendAsync(Encoding.ASCII.GetBytes(
            "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"));
        Assert.Equal(408, (await connection.ReadAsync())!.Status);
    }

    private static async Task<List<string>> TryAsync(Uri address, BadRequest bad, string expected)
    {
        List<string> problems = [];
        using RawConnection connection = await RawConnection.OpenAsync(address);
        await connection.SendAsync(bad.Bytes);
        RawResponse? response = await connection.ReadAsync();
        if (response is null)
        {
            return ["closed without an answer"];
        }

        if (response.Status != bad.Status)
        {
            problems.Add($"status {response.Status} instead of {bad.Status}: {response.Body}");
        }

        if (bad.Code is not null && ErrorOf(response.Body) is var (code, param) && (code != bad.Code || (bad.Param ?? param) != param))
        {
            problems.Add($"{code} ({param}) instead of {bad.Code} ({bad.Param}): {response.Body}");
        }

        if (bad.Status >= 400 && Inside().Match(response.Body) is { Success: true } leak)
        {
            problems.Add($"tells '{leak.Value}': {response.Body}");
        }

        if (!response.Headers.TryGetValue("Connection", out string? kept) || kept != "close")
        {
            await connection.SendAsync(s_good);
            RawResponse? next = await connection.ReadAsync();

            // After a body that has no end the server may close instead.
            if (next is null ? bad.Code is not null : next.Status != 200 || TextOf(next.Body) != expected)
            {
                problems.Add($"the next good request on the connection got {next?.Body ?? "nothing"}");
            }
        }

        return problems;
    }

    private static async Task<string> GoodAsync(Uri address)
    {
        using RawConnection connection = await RawConnection.OpenAsync(address);
        await connection.SendAsync(s_good);
        return TextOf((await connection.ReadAsync())!.Body);
    }

    private static async Task<double> IdleBlocksAsync(Uri worker)
    {
        using ApiCalls calls = new(worker);
        for (int i = 0; i < 100 && await calls.GaugeAsync("godwit_requests_running") > 0; i++)
        {
            await Task.Delay(50);
        }

        return await calls.GaugeAsync("godwit_kv_blocks_used");
    }

    private static string TextOf(string answer) =>
        JsonDocument.Parse(answer).RootElement.GetProperty("choices")[0].GetProperty("text").GetString()!;

    private static (string? Code, string? Param) ErrorOf(string body)
    {
        try
        {
            JsonElement error = JsonDocument.Parse(body).RootElement.GetProperty("error");
            return (error.GetProperty("code").GetString(), error.GetProperty("param").GetString());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return ("no error of ours", null);
        }
    }

    // What an answer may not tell: addresses, files, types, stacks.
    [GeneratedRegex(@"127\.0\.0\.1|\[::1\]|(?<!file:)/(work|root|home|tmp|usr|etc)/|\bSystem\.\w|\bMicrosoft\.|Godwit\.|Exception|   at ")]
    private static partial Regex Inside();
}
