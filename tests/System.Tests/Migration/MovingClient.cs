using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Godwit.System.Tests.Processes;

namespace Godwit.System.Tests.Migration;

/// <summary>Sends requests, and has them moved while they run.</summary>
internal sealed class MovingClient(Uri api, AdminCalls admin, IReadOnlyList<string> instances) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = api, Timeout = RunningGodwit.Patience };

    /// <summary>Sends one under an id of its own and reads its answer, be it broken off.</summary>
    public async Task<Answer> AskAsync(string id, string path, JsonObject body, CancellationToken cancellation = default)
    {
        using HttpRequestMessage call = new(HttpMethod.Post, path)
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        call.Headers.Add("x-request-id", id);
        using MemoryStream bytes = new();
        int status = 0;
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(call, HttpCompletionOption.ResponseHeadersRead, cancellation);
            status = (int)response.StatusCode;
            await response.Content.CopyToAsync(bytes, cancellation);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // Broken off: what came before is the answer.
        }

        return new Answer(status, Encoding.UTF8.GetString(bytes.ToArray()), id);
    }

    /// <summary>Asks, and orders so many moves at random moments; not all come in time.</summary>
    public async Task<Answer> AskAndMoveAsync(string id, string path, JsonObject body, int moves, Random random)
    {
        using CancellationTokenSource ended = new();
        Task moving = MoveAsync(id, moves, random.Next(), ended.Token);
        try
        {
            return await AskAsync(id, path, body);
        }
        finally
        {
            await ended.CancelAsync();
            await moving;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task MoveAsync(string id, int moves, int seed, CancellationToken ended)
    {
        Random random = new(seed);
        while (moves > 0 && !ended.IsCancellationRequested)
        {
            await Task.Delay(random.Next(5, 300), ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!ended.IsCancellationRequested && await admin.MoveAsync(id, instances[random.Next(instances.Count)]))
                moves--;
        }
    }
}
