using Godwit.Contracts.Migration;
using Microsoft.Extensions.Hosting;

namespace Godwit.Gateway.Forwarding.Holders;

/// <summary>
/// Acknowledges at a fixed pace what this Gateway has of its requests to every worker that holds one, also when nothing changed: it is
/// the sign by which a worker knows that somebody still wants them, and its answer the sign that the worker still has them.
/// </summary>
internal sealed class AckLoop(OwnedRequests requests, WorkerCalls calls, TimeProvider time) : BackgroundService
{
    private readonly Dictionary<MigrationPeer, Task> _underWay = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(AckTimes.Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (MigrationPeer idle in _underWay.Where(entry => entry.Value.IsCompleted).Select(entry => entry.Key).ToArray())
            {
                _underWay.Remove(idle);
            }

            // A worker that does not answer keeps nobody else's acknowledgements waiting, and gets no second batch beside the first.
            foreach ((MigrationPeer worker, List<RequestAck> acks) in requests.Acks())
            {
                if (!_underWay.ContainsKey(worker))
                {
                    _underWay.Add(worker, AcknowledgeAsync(worker, acks, stoppingToken));
                }
            }
        }
    }

    private async Task AcknowledgeAsync(MigrationPeer worker, List<RequestAck> acks, CancellationToken stopping)
    {
        long sent = time.GetTimestamp();
        if (await calls.AcknowledgeAsync(worker, new AckBatch(acks), stopping) is not { } reply)
        {
            return;
        }

        TimeSpan ago = time.GetElapsedTime(sent);
        HashSet<string> unknown = new(reply.Unknown, StringComparer.Ordinal);
        foreach (RequestAck ack in acks)
        {
            requests.Find(ack.Request)?.Acknowledged(worker, ack.Epoch, ago, !unknown.Contains(ack.Request));
        }
    }
}
