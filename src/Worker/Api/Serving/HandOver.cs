using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Godwit.Worker.Api.Serving;

/// <summary>
/// What happens when this worker shall stop: it takes nothing new, and what has not ended shortly before its time is up goes on elsewhere,
/// by replay.
/// </summary>
internal sealed class HandOver(RequestTable requests, WorkerDrain drain, IOptions<HostOptions> host, TimeProvider time)
{
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(5);

    /// <summary>How long requests may still end here.</summary>
    public TimeSpan Grace
    {
        get
        {
            TimeSpan whole = host.Value.ShutdownTimeout;
            return whole - Before > whole / 2 ? whole - Before : whole / 2;
        }
    }

    /// <summary>Begins; the host stops meanwhile.</summary>
    public async Task BeginAsync()
    {
        drain.IsDraining = true;
        await Task.Delay(Grace, time);
        foreach (RequestSlot slot in requests.Slots)
        {
            slot.GiveBack();
        }
    }
}
