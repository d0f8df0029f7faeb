using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Frames;
using Godwit.Contracts.Migration;

namespace Godwit.Worker.Tests.Migration;

/// <summary>The Gateway's part of the protocol as DESIGN §5.4 says it, for one request, with the liberties that a test takes.</summary>
internal sealed class ScriptedGateway : IAsyncDisposable
{
    private readonly TestWorker[] _workers;
    private readonly string _path;
    private readonly string _body;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<string, int> _owners = new();
    private readonly Dictionary<int, ChoiceOf> _choices = [];
    private readonly Task _acks;
    private AdmissionTicket _ticket;

    public ScriptedGateway(TestWorker[] workers, string path, string body, AdmissionTicket ticket)
    {
        (_workers, _path, _body, _ticket) = (workers, path, body, ticket);
        _acks = AcknowledgeAsync();
    }

    /// <summary>Every accepted frame, with the worker that sent it: where tests do what they do.</summary>
    public Func<TestWorker, Frame, Task>? OnFrame { get; set; }

    /// <summary>What to do with an offer; by default to resume at its destination.</summary>
    public Func<TestWorker, MovedNotice, Task<HttpResponseMessage>>? OnMoved { get; set; }

    public bool Acknowledges { get; set; } = true;

    /// <summary>If not, it says that it lives, but not what it has.</summary>
    public bool AcknowledgesTokens { get; set; } = true;

    public int Epoch => _ticket.Epoch;

    public string Request => _ticket.Request;

    public List<MovedNotice> Moves { get; } = [];

    public string Last { get; private set; } = "";

    public FrameFlags End { get; private set; }

    /// <summary>Tokens accepted of all choices.</summary>
    public int Tokens
    {
        get
        {
            lock (_choices)
            {
                return _choices.Values.Sum(choice => choice.Tokens.Count);
            }
        }
    }

    public int[] Next
    {
        get
        {
            lock (_choices)
            {
                return [.. Enumerable.Range(0, _choices.Count).Select(choice => _choices[choice].Tokens.Count)];
            }
        }
    }

    public CallHead Head(bool alone = false)
    {
        lock (_choices)
        {
            int[][] prompts = [.. Enumerable.Range(0, _choices.Count).Select(c => _choices[c].Prompt!)];
            return new CallHead(
                _path,
                [.. prompts.DistinctBy(prompt => string.Join(',', prompt))],
                [.. Enumerable.Range(0, _choices.Count).Select(c => (int[])[.. _choices[c].Tokens])],
                Next,
                alone);
        }
    }

    /// <summary>All that the client would have, per choice, and the end.</summary>
    public string Answer()
    {
        var text = new StringBuilder();
        foreach ((int index, ChoiceOf choice) in _choices.OrderBy(entry => entry.Key))
        {
            text.AppendLine($"{index}: {string.Join(',', choice.Tokens)} {choice.IsFinished}").Append(choice.Text);
        }

        return text.Append(Last).ToString();
    }

    public async Task<string> RunAsync(TestWorker first)
    {
        await ReadAsync(first, await StartAsync(first));
        return Answer();
    }

    public Task<HttpResponseMessage> StartAsync(TestWorker worker) => SendAsync(
        worker, _path, new StringContent(_body, Encoding.UTF8, "application/json"), _ticket.Epoch, withTicket: true);

    public Task<HttpResponseMessage> ReplayAsync(TestWorker worker, bool alone = false)
    {
        NextEpoch();
        return SendAsync(
            worker,
            InternalPaths.Replay,
            new ByteArrayContent(CallEnvelope.Write(Head(alone), Encoding.UTF8.GetBytes(_body))),
            Epoch,
            withTicket: true);
    }

    public Task<HttpResponseMessage> GoOnAsync(TestWorker worker, string path, int epoch)
    {
        _ticket = _ticket with { Epoch = epoch };
        JsonContent call = JsonContent.Create(new ResumeCall(Request, epoch, Next), ContractsJson.Default.ResumeCall);
        return SendAsync(worker, path, call, epoch, withTicket: false);
    }

    public void NextEpoch() => _ticket = _ticket with { Epoch = _ticket.Epoch + 1 };

    public TestWorker WorkerOf(MigrationPeer peer) => _workers.Single(worker => worker.Registration.Id == peer.Id);

    public Task<HttpStatusCode> TellAsync(TestWorker worker, string path, int? epoch = null) =>
        worker.PostAsync(path, new RequestEpoch(Request, epoch ?? Epoch), ContractsJson.Default.RequestEpoch);

    public Task<HttpStatusCode> OrderMoveAsync(TestWorker from, MigrationPeer to, string? order = null) => from.PostAsync(
        InternalPaths.Migrations,
        new MigrationOrder(order ?? Guid.NewGuid().ToString("N"), 1, "operator", to, Request, 1),
        ContractsJson.Default.MigrationOrder);

    /// <summary>Reads a stream of frames, and follows the request where it goes.</summary>
    public async Task ReadAsync(TestWorker worker, HttpResponseMessage response)
    {
        MovedNotice? moved = await ReadFramesAsync(worker, response);
        while (moved is { } notice)
        {
            Moves.Add(notice);
            Assert.Equal(Epoch + 1, notice.Epoch);
            TestWorker source = worker;
            HttpResponseMessage next;
            if (OnMoved is { } decide)
            {
                next = await decide(source, notice);
                worker = _workers.Single(w => w.Address.Authority == next.RequestMessage!.RequestUri!.Authority);
            }
            else
            {
                worker = WorkerOf(notice.Destination);
                next = await GoOnAsync(worker, InternalPaths.Resume, notice.Epoch);
            }

            int old = notice.Epoch - 1;
            moved = await ReadFramesAsync(worker, next, worker == source ? null : () => ReleaseAsync(source, old));
        }
    }

    private async Task ReleaseAsync(TestWorker source, int epoch)
    {
        try
        {
            await TellAsync(source, InternalPaths.Release, epoch);
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException)
        {
            // The source is gone.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _acks;
        _end.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(TestWorker worker, string path, HttpContent content, int epoch, bool withTicket)
    {
        _owners[worker.Registration.Id] = epoch;
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (withTicket)
        {
            request.Headers.Add(InternalHeaders.Admission, JsonSerializer.Serialize(_ticket, ContractsJson.Default.AdmissionTicket));
        }

        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(InternalHeaders.FramesMediaType));
        return await worker.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private async Task<MovedNotice?> ReadFramesAsync(TestWorker worker, HttpResponseMessage response, Func<Task>? atFirst = null)
    {
        lock (_choices)
        {
            foreach (ChoiceOf choice in _choices.Values)
            {
                choice.Skipped = choice.Empty;
            }
        }

        using (response)
        {
            string refusal = response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {refusal}");
            PipeReader reader = PipeReader.Create(await response.Content.ReadAsStreamAsync());
            while (true)
            {
                ReadResult read = await reader.ReadAsync();
                var buffer = read.Buffer;
                while (FrameReader.TryRead(ref buffer, out Frame? frame))
                {
                    if (frame!.Flags.HasFlag(FrameFlags.Moved))
                    {
                        return JsonSerializer.Deserialize(frame.Payload.Span, ContractsJson.Default.MovedNotice);
                    }

                    if (atFirst is not null)
                    {
                        await atFirst();
                        atFirst = null;
                    }

                    if ((frame.Flags & (FrameFlags.Last | FrameFlags.Error)) != 0)
                    {
                        (Last, End) = (Encoding.UTF8.GetString(frame.Payload.Span), frame.Flags);
                        return null;
                    }

                    Accept(frame);
                    await (OnFrame?.Invoke(worker, frame) ?? Task.CompletedTask);
                }

                reader.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                {
                    throw new IOException("The stream ended without a last frame.");
                }
            }
        }
    }

    private void Accept(Frame frame)
    {
        lock (_choices)
        {
            if (!_choices.TryGetValue(frame.Choice, out ChoiceOf? choice))
            {
                _choices[frame.Choice] = choice = new ChoiceOf();
            }

            if (frame.Flags.HasFlag(FrameFlags.Prompt))
            {
                choice.Prompt = [.. frame.TokenIds];
                return;
            }

            int end = frame.FirstIndex + frame.TokenIds.Count;
            if (frame.TokenIds.Count == 0 ? choice.HasEmpty(frame.FirstIndex) : end <= choice.Tokens.Count)
            {
                return;
            }

            Assert.Equal(choice.Tokens.Count, frame.FirstIndex);
            choice.Empty = frame.TokenIds.Count == 0 ? choice.Empty + 1 : 0;
            choice.Tokens.AddRange(frame.TokenIds);
            choice.Text.Append(Encoding.UTF8.GetString(frame.Payload.Span));
            choice.IsFinished |= frame.Flags.HasFlag(FrameFlags.ChoiceFinished);
        }
    }

    private async Task AcknowledgeAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
            {
                foreach (TestWorker worker in Acknowledges ? _workers.Where(w => _owners.ContainsKey(w.Registration.Id)) : [])
                {
                    try
                    {
                        int[] next = AcknowledgesTokens ? Next : [];
                        var batch = new AckBatch([new RequestAck(Request, _owners[worker.Registration.Id], next)]);
                        await worker.PostAsync(InternalPaths.Acks, batch, ContractsJson.Default.AckBatch);
                    }
                    catch (Exception e) when (e is HttpRequestException or OperationCanceledException or InvalidOperationException)
                    {
                        // That worker is gone.
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private sealed class ChoiceOf
    {
        public int[]? Prompt { get; set; }

        public List<int> Tokens { get; } = [];

        public StringBuilder Text { get; } = new();

        public bool IsFinished { get; set; }

        /// <summary>Frames without tokens accepted at the place where it is.</summary>
        public int Empty { get; set; }

        /// <summary>As many of a new stream's are known.</summary>
        public int Skipped { get; set; }

        public bool HasEmpty(int first) => first < Tokens.Count || (first == Tokens.Count && Skipped-- > 0);
    }
}
