using System.Collections.Concurrent;
using Godwit.Contracts.Instances;
using Godwit.ServiceDefaults.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Godwit.ServiceDefaults.Instances;

/// <summary>
/// Follows the instances in Redis and keeps an immutable picture of the living ones (DESIGN §2). When Redis is away or was emptied, the
/// last picture stays, and whoever is in it without a lease is asked directly.
/// </summary>
public sealed partial class InstanceRegistry : BackgroundService
{
    private readonly RegistryStore? _store;
    private readonly InstanceProbe _probe;
    private readonly InstanceRegistryOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<InstanceRegistry> _logger;
    private readonly ConcurrentDictionary<string, (string BootId, long At)> _probed = new(StringComparer.Ordinal);
    private volatile RegistrySnapshot _current = RegistrySnapshot.Empty;
    private bool _redisAway;

    internal InstanceRegistry(
        RegistryStore? store,
        InstanceProbe probe,
        IOptions<InstanceRegistryOptions> options,
        TimeProvider time,
        ILogger<InstanceRegistry> logger)
    {
        _store = store;
        _probe = probe;
        _options = options.Value;
        _time = time;
        _logger = logger;
    }

    /// <summary>Raised on the registry's own thread after the picture changed; handlers must be quick and must not throw.</summary>
    public event Action<RegistrySnapshot>? Changed;

    /// <summary>The picture as of the last reading.</summary>
    public RegistrySnapshot Current => _current;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_store is null)
        {
            return;
        }

        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(_options.PollMs), _time);
        do
        {
            await UpdateAsync(_store, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task UpdateAsync(RegistryStore store, CancellationToken cancellation)
    {
        RegistrySnapshot previous = _current;
        RegistryReading? reading = await TryReadAsync(store, previous, cancellation);
        long leaseTicks = _options.LeaseMs * _time.TimestampFrequency / 1000;
        PicturePlan plan = PicturePolicy.Plan(previous, reading, _time.GetTimestamp(), leaseTicks);

        List<InstanceView> instances = [.. plan.Living];
        bool[] lives = await Task.WhenAll(plan.Suspects.Select(suspect => LivesAsync(suspect, cancellation)));
        for (int i = 0; i < lives.Length; i++)
        {
            SuspectInstance suspect = plan.Suspects[i];
            if (!lives[i])
            {
                LogDead(_logger, suspect.Registration.Id, suspect.Registration.BootId);
            }
            else if (suspect.Known is { } known)
            {
                instances.Add(known with { Suspect = true });
            }
        }

        // The picture first: taking the dead out of Redis may take as long as Redis lets us wait.
        Publish(previous, instances, reading is not null);
        Forget(plan, lives);
        for (int i = 0; i < lives.Length && reading is not null; i++)
        {
            if (!lives[i])
            {
                await TryRemoveAsync(store, plan.Suspects[i].Registration, cancellation);
            }
        }
    }

    private async Task<RegistryReading?> TryReadAsync(RegistryStore store, RegistrySnapshot previous, CancellationToken cancellation)
    {
        try
        {
            RegistryReading reading = await store.ReadAsync(previous.Instances.Select(view => view.Id), cancellation);
            if (_redisAway)
            {
                _redisAway = false;
                LogBack(_logger);
            }

            return reading;
        }
        catch (Exception e) when (RedisConnection.IsUnavailable(e))
        {
            // Until it has been read once it is not away but not reached yet, which the connection itself reports.
            if (!_redisAway && previous.IsComplete)
            {
                _redisAway = true;
                LogAway(_logger, e.Message);
            }

            return null;
        }
    }

    private async Task<bool> LivesAsync(SuspectInstance suspect, CancellationToken cancellation)
    {
        string id = suspect.Registration.Id;
        if (_probed.TryGetValue(id, out (string BootId, long At) last)
            && last.BootId == suspect.Registration.BootId
            && _time.GetElapsedTime(last.At) < TimeSpan.FromMilliseconds(_options.ProbeEveryMs))
        {
            return true;
        }

        bool lives = await _probe.LivesAsync(suspect.Registration.Address, cancellation);
        _probed[id] = (suspect.Registration.BootId, _time.GetTimestamp());
        return lives;
    }

    private void Forget(PicturePlan plan, bool[] lives)
    {
        HashSet<string> doubtful = new(StringComparer.Ordinal);
        for (int i = 0; i < lives.Length; i++)
        {
            if (lives[i])
            {
                doubtful.Add(plan.Suspects[i].Registration.Id);
            }
        }

        foreach (string id in _probed.Keys.Where(id => !doubtful.Contains(id)))
        {
            _probed.TryRemove(id, out _);
        }
    }

    private void Publish(RegistrySnapshot previous, List<InstanceView> instances, bool wasRead)
    {
        RegistrySnapshot next = new(previous.IsComplete || wasRead, instances, Remember(previous, instances));
        bool same = next.IsComplete == previous.IsComplete
            && next.Instances.SequenceEqual(previous.Instances)
            && next.Models.Count == previous.Models.Count;
        if (!same)
        {
            _current = next;
            Changed?.Invoke(next);
        }
    }

    private Dictionary<string, KnownModel> Remember(RegistrySnapshot previous, List<InstanceView> instances)
    {
        long now = _time.GetTimestamp();
        TimeSpan remember = TimeSpan.FromMinutes(_options.RememberModelMinutes);
        Dictionary<string, KnownModel> models = previous.Models.Values
            .Where(model => _time.GetElapsedTime(model.SeenAt, now) < remember)
            .ToDictionary(model => model.Id, StringComparer.Ordinal);
        foreach (IGrouping<string, InstanceRegistration> group in instances.Select(view => view.Registration).GroupBy(r => r.Model))
        {
            string digest = group.First().WeightsDigest;
            models[group.Key] = new KnownModel(
                group.Key,
                group.Min(r => r.ModelCreated),
                group.Min(r => r.ContextLength),
                now,
                group.All(r => r.WeightsDigest == digest) ? digest : null);
        }

        return models;
    }

    private async Task TryRemoveAsync(RegistryStore store, InstanceRegistration dead, CancellationToken cancellation)
    {
        try
        {
            await store.RemoveAsync(dead, cancellation);
        }
        catch (Exception e) when (RedisConnection.IsUnavailable(e))
        {
            // The entry is still there at the next reading, is suspect then, and is taken out then.
            LogNotRemoved(_logger, dead.Id, e.Message);
        }
    }
}
