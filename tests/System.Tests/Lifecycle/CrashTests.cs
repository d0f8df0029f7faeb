using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Godwit.System.Tests.Processes;

namespace Godwit.System.Tests.Lifecycle;

[Collection(SharedGodwit.Collection)]
public sealed class CrashTests
{
    /// <summary>What the Gateway has to answer within, be it an error (issue: a clear error within 5 s).</summary>
    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task KilledWorker_OthersServeMeanwhile_AndItComesBack()
    {
        await using RunningGodwit godwit = await RunningGodwit.UpAsync("--workers", "stories260k=2");
        using ApiCalls api = new(godwit.Api);
        RunningWorker victim = godwit.Workers[0], other = godwit.Workers[1];
        Unix.Signal(victim.ProcessId, "KILL");

        // As long as it is away, and a little longer, every request gets an answer: a completion, or an error that says what happened.
        int served = 0;
        while (served < 20 || Reborn(godwit, victim).Count == 0)
        {
            using HttpResponseMessage response = await AskAsync(api);
            if (response.StatusCode == HttpStatusCode.OK)
                served++;
            else
                Assert.NotEmpty((await ApiCalls.ErrorAsync(response)).Code);
        }

        Assert.True(Unix.IsAlive(other.ProcessId));
        await UntilItServesAsync(victim.Address);
        Assert.Contains("worker-1 ended with exit code 137", godwit.Errors);
    }

    [Fact]
    public async Task KilledWorkerWhosePortIsTaken_ComesBackOnAnother()
    {
        await using RunningGodwit godwit = await RunningGodwit.UpAsync("--workers", "stories260k=1");
        using ApiCalls api = new(godwit.Api);
        Unix.Signal(godwit.Workers[0].ProcessId, "KILL");
        using CancellationTokenSource deadline = new(RunningGodwit.Patience);
        using TcpListener thief = await TakeAsync(godwit.Workers[0].Address.Port, deadline.Token);

        HttpStatusCode status = HttpStatusCode.ServiceUnavailable;
        while (status != HttpStatusCode.OK)
        {
            using HttpResponseMessage response = await AskAsync(api, maxTokens: 1);
            status = response.StatusCode;
            await Task.Delay(50, deadline.Token);
        }
    }

    [Fact]
    public async Task OnlyWorkerKilledMidway_ItsNextLifeGoesOnWithWhatItBegan()
    {
        await using RunningGodwit godwit =
            await RunningGodwit.UpAsync("--workers", "stories260k=1", "--runner", "simulated", "--step-ms", "100,0");
        using ApiCalls api = new(godwit.Api);
        string undisturbed;
        using (HttpResponseMessage first = await api.CompletionAsync("stories260k", 30, stream: false))
        {
            undisturbed = await TextAsync(first);
        }

        // The whole answer begins first, and the stream tells how far both are.
        Task<HttpResponseMessage> whole = api.CompletionAsync("stories260k", 30, stream: false);
        using HttpResponseMessage stream = await api.CompletionAsync("stories260k", 30, stream: true);
        await using Stream body = await stream.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[1000]);
        Unix.Signal(godwit.Workers[0].ProcessId, "KILL");

        string rest = await ReadToEndAsync(body).WaitAsync(RunningGodwit.Patience);
        Assert.DoesNotContain("\"error\"", rest);
        Assert.Contains("[DONE]", rest);
        Assert.Contains(": godwit instance=worker-1", rest);
        using HttpResponseMessage recovered = await whole.WaitAsync(RunningGodwit.Patience);
        Assert.Equal(undisturbed, await TextAsync(recovered));
    }

    private static async Task<string> TextAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using JsonDocument answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return answer.RootElement.GetProperty("choices")[0].GetProperty("text").GetString()!;
    }

    private static async Task<TcpListener> TakeAsync(int port, CancellationToken cancellation)
    {
        while (true)
        {
            TcpListener listener = new(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return listener;
            }
            catch (SocketException)
            {
                listener.Dispose();
                await Task.Delay(1, cancellation);
            }
        }
    }

    private static async Task<HttpResponseMessage> AskAsync(ApiCalls api, int maxTokens = 8)
    {
        HttpResponseMessage response = await api.CompletionAsync("stories260k", maxTokens, stream: false).WaitAsync(s_hang);
        await response.Content.LoadIntoBufferAsync().WaitAsync(s_hang);
        return response;
    }

    private static async Task<string> ReadToEndAsync(Stream body)
    {
        // The Gateway ends a broken stream by aborting the connection after its error frame.
        using MemoryStream text = new();
        try
        {
            await body.CopyToAsync(text);
        }
        catch (IOException)
        {
        }
        catch (HttpRequestException)
        {
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }

    private static IReadOnlyList<int> Reborn(RunningGodwit godwit, RunningWorker victim) =>
        [.. Unix.Children(godwit.ProcessId, victim.Instance).Where(id => id != victim.ProcessId)];

    private static async Task UntilItServesAsync(Uri worker)
    {
        using HttpClient http = new() { BaseAddress = worker };
        using CancellationTokenSource deadline = new(RunningGodwit.Patience);
        while (true)
        {
            try
            {
                using HttpResponseMessage response = await http.GetAsync(new Uri("/health", UriKind.Relative), deadline.Token);
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50, deadline.Token);
            }
        }
    }
}
