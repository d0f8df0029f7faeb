using System.Collections.Concurrent;
using Godwit.Contracts.Migration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Godwit.Gateway.Forwarding.Holders;

/// <summary>
/// Acknowledges at a fixed pace what this Gateway has of its requests to every worker that holds one, also when nothing changed: it is
/// the sign by which a worker knows that somebody still wants them.
/// </summary>
internal sealed class AckLoop(OwnedRequests requests, WorkerCalls calls, IOptions<ForwardingOptions> options, TimeProvider time)
    : BackgroundService
{
    private readonly ConcurrentDictionary<string, Task> _underWay = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(options.Value.AckMs), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Dictionary<string, List<RequestAck>> perWorker = new(StringComparer.Ordinal);
            foreach ((OwnedRequest request, Holder holder) in requests.All())
            {
                if (!perWorker.TryGetValue(holder.Instance.Address, out List<RequestAck>? acks))
                {
                    perWorker.Add(holder.Instance.Address, acks = []);
                }

                acks.Add(new RequestAck(request.Id, holder.Epoch, request.Next));
            }

            foreach ((string address, List<RequestAck> acks) in perWorker)
            {
                Send(address, acks, stoppingToken);
            }
        }
    }

    // A worker that does not answer keeps nobody else's acknowledgements waiting, and gets no second batch beside the first.
    private void Send(string address, List<RequestAck> acks, CancellationToken stopping)
    {
        if (_underWay.TryGetValue(address, out Task? last) && !last.IsCompleted)
        {
            return;
        }

        _underWay[address] = calls.AcknowledgeAsync(address, new AckBatch(acks), stopping);
        foreach ((string idle, Task task) in _underWay)
        {
            if (task.IsCompleted && idle != address)
            {
                _underWay.TryRemove(idle, out _);
            }
        }
    }
}
