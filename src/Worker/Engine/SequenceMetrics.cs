using Godwit.Contracts.Diagnostics;
using Prometheus;

namespace Godwit.Worker.Engine;

/// <summary>
/// What becomes of sequences, as histograms with vLLM's buckets. Called from the engine's thread: an observation is an increment, without
/// a lock or an allocation, and a step reads the clock three times.
/// </summary>
/// <param name="metrics">Makes them, with the labels that all have.</param>
/// <param name="contextLength">Most tokens of a sequence.</param>
/// <param name="time">The engine's clock.</param>
internal sealed class SequenceMetrics(IMetricFactory metrics, int contextLength, TimeProvider time)
{
    private const string Abort = "abort";
    private const string Error = "error";

    private static readonly double[] FirstTokenSeconds =
        [.001, .005, .01, .02, .04, .06, .08, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560];

    private static readonly double[] TokenSeconds =
        [.01, .025, .05, .075, .1, .15, .2, .3, .4, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80];

    private static readonly double[] RequestSeconds =
        [.3, .5, .8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680];

    private static readonly double[] StepTokens = [1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384];

    private static readonly double[] Choices = [1, 2, 5, 10, 20];

    private readonly Histogram _firstToken = Create(metrics, MetricNames.TimeToFirstToken, "Arrival to first token.", FirstTokenSeconds);
    private readonly Histogram _nextToken = Create(metrics, MetricNames.InterTokenLatency, "One token to the next.", TokenSeconds);
    private readonly Histogram _perToken = Create(
        metrics, MetricNames.TimePerOutputToken, "Mean time per token after the first, of choices that have two.", TokenSeconds);

    private readonly Histogram _latency = Create(metrics, MetricNames.Latency, "Arrival to end.", RequestSeconds);
    private readonly Histogram _queue = Create(metrics, MetricNames.QueueTime, "Wait for a place.", RequestSeconds);
    private readonly Histogram _prefill = Create(metrics, MetricNames.PrefillTime, "Begin to first token.", RequestSeconds);
    private readonly Histogram _decode = Create(metrics, MetricNames.DecodeTime, "First token to last.", RequestSeconds);
    private readonly Histogram _inference = Create(metrics, MetricNames.InferenceTime, "Begin to end.", RequestSeconds);
    private readonly Histogram _promptTokens = Create(
        metrics, MetricNames.RequestPromptTokens, "Tokens of the prompt.", TokenCounts(contextLength));

    private readonly Histogram _generatedTokens = Create(
        metrics, MetricNames.RequestGenerationTokens, "Tokens sampled.", TokenCounts(contextLength));

    private readonly Histogram _choices = Create(metrics, MetricNames.RequestChoices, "Choices per prompt asked for.", Choices);
    private readonly Histogram _maxTokens = Create(
        metrics, MetricNames.RequestMaxTokens, "Most tokens per choice asked for.", TokenCounts(contextLength));

    private readonly Histogram _stepTokens = Create(metrics, MetricNames.StepTokens, "Tokens of a step.", StepTokens);
    private readonly Counter _prefilled = metrics.CreateCounter(
        MetricNames.PrefilledTokens, "Tokens of prompts whose prefill is done, cached ones included.");

    private readonly Dictionary<string, Counter.Child> _finished = new[] { "stop", "length", Abort, Error }.ToDictionary(
        reason => reason,
        reason => metrics.CreateCounter(MetricNames.SequencesFinished, "Choices that ended, by reason.", ["finished_reason"])
            .WithLabels(reason));

    /// <summary>Metrics that nobody reads.</summary>
    public static SequenceMetrics Unread() => new(Metrics.WithCustomRegistry(Metrics.NewCustomRegistry()), 1, TimeProvider.System);

    /// <summary>The engine's clock.</summary>
    public long Now => time.GetTimestamp();

    /// <summary>Time between two moments of the engine's clock.</summary>
    public double Milliseconds(long from, long to) => time.GetElapsedTime(from, to).TotalMilliseconds;

    /// <summary>A request came.</summary>
    public void Arrived(EngineRequest request)
    {
        Sequence first = request.Leaders[0];
        if (first.Pool is null)
        {
            _choices.Observe(1 + (first.Siblings?.Count ?? 0));
            if (first.MaxTokens is { } most)
            {
                _maxTokens.Observe(most);
            }
        }
    }

    /// <summary>A step was computed.</summary>
    public void Stepped(int tokens) => _stepTokens.Observe(tokens);

    /// <summary>
    /// A sequence has sampled a token, or has computed a prompt for its own sake. What of it was seen elsewhere already is not seen again.
    /// </summary>
    public void Took(Sequence sequence, long now)
    {
        SequenceTimes times = sequence.Times;
        bool isFirst = times.FirstToken == 0;
        if (isFirst && sequence.Request.HasBegunElsewhere)
        {
            times.FirstToken = now;
        }
        else if (isFirst)
        {
            times.FirstToken = now;
            _prefilled.Inc(sequence.PromptLength);
            if (sequence.Generated > 0)
            {
                _firstToken.Observe(Seconds(times.Arrived, now));
            }
        }
        else
        {
            _nextToken.Observe(Seconds(times.LastToken, now));
        }

        times.LastToken = now;
        if (sequence.Finish is { } finish)
        {
            Finished(sequence, finish, now);
        }
    }

    /// <summary>A request ended before its time: its client left, or it failed.</summary>
    public void Ended(EngineRequest request, bool failed) => _finished[failed ? Error : Abort].Inc(request.Open);

    private void Finished(Sequence sequence, FinishReason finish, long now)
    {
        SequenceTimes times = sequence.Times;
        _finished[sequence.Pool is not null || finish == FinishReason.Stop ? "stop" : "length"].Inc();
        if (sequence.Request.HasBegunElsewhere)
        {
            _promptTokens.Observe(sequence.PromptLength);
            _generatedTokens.Observe(sequence.Generated);
            return;
        }

        _latency.Observe(Seconds(times.Arrived, now));
        _queue.Observe(Seconds(times.Queued, times.Started));
        _prefill.Observe(Seconds(times.Started, times.FirstToken));
        _inference.Observe(Seconds(times.Started, now));
        _promptTokens.Observe(sequence.PromptLength);
        if (sequence.Generated == 0)
        {
            return;
        }

        double decode = Seconds(times.FirstToken, times.LastToken);
        _decode.Observe(decode);
        _generatedTokens.Observe(sequence.Generated);
        if (sequence.Generated > 1)
        {
            _perToken.Observe(decode / (sequence.Generated - 1));
        }
    }

    private double Seconds(long from, long to) => time.GetElapsedTime(from, to).TotalSeconds;

    // 1, 2, 5, 10, … up to the most there can be, as vLLM.
    private static double[] TokenCounts(int most) => [.. Enumerable.Range(0, 9)
        .SelectMany(exponent => new[] { 1, 2, 5 }.Select(digit => digit * Math.Pow(10, exponent)))
        .TakeWhile(bound => bound <= Math.Max(1, most))];

    private static Histogram Create(IMetricFactory metrics, string name, string help, double[] buckets) =>
        metrics.CreateHistogram(name, help, new HistogramConfiguration { Buckets = buckets });
}
