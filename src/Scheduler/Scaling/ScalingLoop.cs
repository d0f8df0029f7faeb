using System.Net.Http.Json;
using Godwit.Contracts.Diagnostics;
using Godwit.Scheduler.Cluster;
using Godwit.Scheduler.Decisions;
using Godwit.Scheduler.Dispatch;
using Godwit.Scheduler.Leadership;
using Godwit.ServiceDefaults.Instances;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Prometheus;

namespace Godwit.Scheduler.Scaling;

/// <summary>While this Scheduler leads: says by metrics, and to a webhook, when a model has too few or too many instances.</summary>
internal sealed partial class ScalingLoop : BackgroundService
{
    private readonly InstanceRegistry _registry;
    private readonly Dispatcher _dispatcher;
    private readonly LeadershipState _leadership;
    private readonly DecisionFeed _feed;
    private readonly ScalingOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ScalingLoop> _logger;
    private readonly Gauge _freeness;
    private readonly Gauge _advice;
    private readonly HttpClient _webhook = new(new SocketsHttpHandler { UseCookies = false }) { Timeout = TimeSpan.FromSeconds(5) };
    private readonly Dictionary<string, ScalingState> _states = new(StringComparer.Ordinal);

    public ScalingLoop(
        InstanceRegistry registry,
        Dispatcher dispatcher,
        LeadershipState leadership,
        DecisionFeed feed,
        IOptions<ScalingOptions> options,
        TimeProvider time,
        IMetricFactory metrics,
        ILogger<ScalingLoop> logger)
    {
        (_registry, _dispatcher, _leadership, _feed) = (registry, dispatcher, leadership, feed);
        (_options, _time, _logger) = (options.Value, time, logger);
        _freeness = metrics.CreateGauge(MetricNames.AverageFreeness, "Average freeness of a model's instances.", ["model"]);
        _advice = metrics.CreateGauge(
            MetricNames.ScalingAdvice, "Instances of a model that should be added, or below zero taken away.", ["model"]);
    }

    public override void Dispose()
    {
        _webhook.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_options.Enabled)
        {
            return;
        }

        using PeriodicTimer timer = new(TimeSpan.FromSeconds(_options.PeriodSeconds), _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (_leadership.Epoch is null)
            {
                Forget();
                continue;
            }

            RegistrySnapshot snapshot = _registry.Current;
            InstanceLoad[] loads = _dispatcher.Loads(snapshot);
            foreach (string model in snapshot.Models.Keys)
            {
                await LookAsync(model, [.. loads.Where(load => load.Model == model)], stoppingToken);
            }
        }
    }

    private async Task LookAsync(string model, InstanceLoad[] loads, CancellationToken cancellation)
    {
        long nowMs = (long)_time.GetElapsedTime(0, _time.GetTimestamp()).TotalMilliseconds;
        long holdMs = _options.HoldSeconds * 1000L;
        ScalingSettings settings = new(_options.Low, _options.High, _options.Least, _options.Most, holdMs, holdMs);
        ScalingInputs inputs = new(loads, Starting: 0, nowMs, _states.GetValueOrDefault(model) ?? new ScalingState(), settings);
        ScalingPlan plan = ScalingPolicy.Plan(inputs);
        _freeness.WithLabels(model).Set(plan.AverageFreeness);
        _advice.WithLabels(model).Set(plan.Add + plan.Undrain.Count - (plan.Drain is null ? 0 : 1));
        _states[model] = plan.State;
        if (plan.Add == 0 && plan.Undrain.Count == 0 && plan.Drain is null)
        {
            return;
        }

        // What was advised needs its time to show: the range is watched from the start again.
        _states[model] = new ScalingState();
        _feed.Publish(new ScalingDecided(nowMs, inputs, plan));
        LogAdvice(_logger, model, plan.AverageFreeness, plan.Add, plan.Undrain.Count, plan.Drain);
        if (_options.Webhook is { } address)
        {
            double? average = double.IsFinite(plan.AverageFreeness) ? plan.AverageFreeness : null;
            await TryPostAsync(address, new ScalingAdvice(model, loads.Length, average, plan.Add, plan.Undrain, plan.Drain), cancellation);
        }
    }

    private async Task TryPostAsync(string address, ScalingAdvice advice, CancellationToken cancellation)
    {
        try
        {
            using HttpResponseMessage response =
                await _webhook.PostAsJsonAsync(address, advice, ScalingJson.Default.ScalingAdvice, cancellation);
            response.EnsureSuccessStatusCode();
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            LogNotPosted(_logger, e.Message);
        }
    }

    // Another Scheduler's metrics are the ones that count now.
    private void Forget()
    {
        foreach (string model in _states.Keys)
        {
            _freeness.RemoveLabelled(model);
            _advice.RemoveLabelled(model);
        }

        _states.Clear();
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Model {Model}, average freeness {Freeness}: add {Add}, undrain {Undrain}, drain {Drain}")]
    private static partial void LogAdvice(ILogger logger, string model, double freeness, int add, int undrain, string? drain);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The scaling webhook did not take the advice: {Reason}")]
    private static partial void LogNotPosted(ILogger logger, string reason);
}
