using Godwit.Training.Selection.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace Godwit.Training.Selection.Fit;

/// <summary>
/// Fits a router's weights: Huber on standardised losses, and 0.2 of the divergence between who should be asked and who would be. Of all
/// passes the one counts that did best on the validation prompts.
/// </summary>
internal sealed class RouterFit
{
    private readonly TrainingSettings _settings;
    private readonly FeatureRows _rows;
    private readonly float[][] _losses;
    private readonly int[] _train;
    private readonly int[] _validation;
    private readonly Random _random;
    private readonly float[] _means;
    private readonly float[] _deviations;

    /// <param name="settings">How.</param>
    /// <param name="rows">Features of all prompts.</param>
    /// <param name="losses">Losses of all prompts.</param>
    /// <param name="train">Prompts to fit to.</param>
    /// <param name="validation">Prompts that say when to stop.</param>
    public RouterFit(TrainingSettings settings, FeatureRows rows, float[][] losses, int[] train, int[] validation)
    {
        (_settings, _rows, _losses, _train, _validation) = (settings, rows, losses, train, validation);
        _random = new Random(settings.Seed);
        _means = [.. Enumerable.Range(0, losses[0].Length).Select(expert => train.Average(prompt => losses[prompt][expert]))];
        _deviations = [.. _means.Select((mean, expert) => MathF.Max(
            1e-3f, MathF.Sqrt(train.Average(prompt => MathF.Pow(losses[prompt][expert] - mean, 2)))))];
    }

    /// <summary>Fits.</summary>
    /// <param name="hints">Prompts whose losses are guesses: for the first passes.</param>
    /// <param name="progress">Hears of every pass.</param>
    /// <param name="cancel">Stops it.</param>
    public RouterWeights Run(IReadOnlyList<int> hints, IProgress<EpochReport>? progress, CancellationToken cancel)
    {
        set_num_threads(_settings.Threads);
        using RouterNetwork network = new(
            _settings.Features.Buckets, _settings.Width, _settings.Hidden, _means.Length, _settings.TableDeviation, _random);
        using optim.Optimizer optimizer = optim.Adam(network.parameters(), _settings.LearningRate);
        int first = hints.Count > 0 ? _settings.HintEpochs : 0, all = first + _settings.Epochs;
        int[] prompts = [.. _train], more = [.. hints, .. _train];
        RouterWeights? best = null;
        double lowest = double.MaxValue;
        for (int epoch = 1, since = 0; epoch <= all && since < _settings.Patience; epoch++)
        {
            bool withHints = epoch <= first;
            double loss = withHints
                ? Pass(network, optimizer, more, _settings.LearningRate, epoch - 1, first, cancel)
                : Pass(
                    network, optimizer, prompts, first > 0 ? _settings.RefinementRate : _settings.LearningRate, epoch - 1 - first,
                    _settings.Epochs, cancel);
            (double validated, ChoiceQuality quality) = Validate(network);
            since = validated < lowest || withHints ? 0 : since + 1;
            if (validated < lowest)
                (lowest, best) = (validated, network.ToWeights(_means, _deviations));
            progress?.Report(new EpochReport(epoch, all, loss, validated, quality));
        }

        return best ?? throw new InvalidOperationException("The losses are no numbers.");
    }

    /// <summary>One pass over prompts in a new order; their mean loss.</summary>
    private double Pass(
        RouterNetwork network, optim.Optimizer optimizer, int[] prompts, double rate, int pass, int passes, CancellationToken cancel)
    {
        _random.Shuffle(prompts);
        int steps = (prompts.Length + _settings.Batch - 1) / _settings.Batch;
        double sum = 0;
        for (int step = 0; step < steps; step++)
        {
            cancel.ThrowIfCancellationRequested();
            SetRate(optimizer, rate, (double)((pass * steps) + step) / (passes * steps));
            int from = step * _settings.Batch;
            sum += Step(network, optimizer, prompts.AsSpan(from, Math.Min(_settings.Batch, prompts.Length - from)));
        }

        return sum / steps;
    }

    private static void SetRate(optim.Optimizer optimizer, double highest, double done)
    {
        double rate = highest * (0.55 + (0.45 * Math.Cos(Math.PI * done)));
        foreach (optim.ILearningRateController group in optimizer.ParamGroups)
            group.LearningRate = rate;
    }

    private double Step(RouterNetwork network, optim.Optimizer optimizer, ReadOnlySpan<int> prompts)
    {
        using DisposeScope scope = NewDisposeScope();
        FeatureBatch batch = FeatureBatch.Of(_rows, _losses, prompts, _settings.FeatureDropout, _random);
        optimizer.zero_grad();
        Tensor loss = Objective(network.Forward(batch.Ids, batch.Starts, batch.Weights), batch.Losses);
        loss.backward();
        optimizer.step();
        return loss.ToSingle();
    }

    private (double Loss, ChoiceQuality Quality) Validate(RouterNetwork network)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradients = no_grad();
        FeatureBatch batch = FeatureBatch.Of(_rows, _losses, _validation, dropout: 0, _random);
        Tensor standardised = network.Forward(batch.Ids, batch.Starts, batch.Weights);
        float[] predicted = InNats(standardised).contiguous().data<float>().ToArray();
        return (
            Objective(standardised, batch.Losses).ToSingle(),
            ChoiceQuality.Of([.. predicted.Chunk(_means.Length)], [.. _validation.Select(prompt => _losses[prompt])]));
    }

    private Tensor InNats(Tensor standardised) => (standardised * tensor(_deviations)) + tensor(_means);

    private Tensor Objective(Tensor standardised, Tensor losses)
    {
        Tensor huber = nn.functional.smooth_l1_loss(standardised, (losses - tensor(_means)) / tensor(_deviations));
        Tensor wanted = nn.functional.log_softmax(losses / -_settings.Temperature, 1);
        Tensor given = nn.functional.log_softmax(InNats(standardised) / -_settings.Temperature, 1);
        Tensor divergence = (wanted.exp() * (wanted - given)).sum(1).mean();
        return huber + (_settings.DivergenceWeight * divergence);
    }
}
