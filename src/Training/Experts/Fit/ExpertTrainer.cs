using System.Diagnostics;
using Godwit.Training.Experts.Network;
using TorchSharp;
using static TorchSharp.torch;

namespace Godwit.Training.Experts.Fit;

/// <summary>
/// Trains one expert, from random weights or from another expert's, and goes on from its checkpoint where it was interrupted: the steps that
/// follow are those of a training that was not.
/// </summary>
internal sealed class ExpertTrainer : IDisposable
{
    private const double LargestGradient = 1;
    private const double LossMemory = 0.98;

    private readonly ExpertPlan _plan;
    private readonly string _checkpoint;
    private readonly TimeSpan _checkpointEvery;
    private readonly AdamW _optimizer;
    private readonly ExpertNetwork _network;
    private int _step;

    /// <param name="shape">Its dimensions.</param>
    /// <param name="plan">How it is trained.</param>
    /// <param name="from">Weights file to begin with; null: random weights.</param>
    /// <param name="checkpoint">Where its checkpoint is, or will be.</param>
    /// <param name="checkpointEvery">How often one is written.</param>
    public ExpertTrainer(ExpertShape shape, ExpertPlan plan, string? from, string checkpoint, TimeSpan checkpointEvery)
    {
        (_plan, _checkpoint, _checkpointEvery) = (plan, checkpoint, checkpointEvery);
        if (File.Exists(checkpoint))
        {
            (Weights, _optimizer, _step) = ExpertCheckpoint.Read(checkpoint, shape);
        }
        else
        {
            Weights = from is null ? ExpertWeights.Random(shape, plan.Seed) : ExpertFiles.ReadWeights(from, shape);
            _optimizer = new AdamW(Weights);
        }

        _network = new ExpertNetwork(Weights);
    }

    /// <summary>Has everything that is trained in this process computed by so many threads.</summary>
    public static void UseThreads(int threads) => set_num_threads(threads);

    /// <summary>The weights so far.</summary>
    public ExpertWeights Weights { get; }

    /// <summary>Trains to the end, or until told to stop, and leaves a checkpoint then.</summary>
    /// <returns>Whether the end was reached.</returns>
    public bool Run(TokenWindows windows, Action<TrainingProgress> progress, CancellationToken cancellation)
    {
        long saved = Stopwatch.GetTimestamp(), begun = saved;
        int first = _step;
        double loss = 0, weight = 0;
        foreach (long[][] batch in windows.Read().Chunk(_plan.BatchSequences).Skip(_step).Take(_plan.Steps - _step))
        {
            loss = (LossMemory * loss) + Step(batch);
            weight = (LossMemory * weight) + 1;
            double tokens = (double)(_step - first) * batch.Length * (batch[0].Length - 1);
            progress(new TrainingProgress(_step, _plan.Steps, loss / weight, tokens / Stopwatch.GetElapsedTime(begun).TotalSeconds));
            if (cancellation.IsCancellationRequested || Stopwatch.GetElapsedTime(saved) > _checkpointEvery)
            {
                ExpertCheckpoint.Write(_checkpoint, Weights, _optimizer, _step);
                saved = Stopwatch.GetTimestamp();
            }

            if (cancellation.IsCancellationRequested)
            {
                return false;
            }
        }

        ExpertCheckpoint.Write(_checkpoint, Weights, _optimizer, _step);
        return true;
    }

    public void Dispose()
    {
        _network.Dispose();
        _optimizer.Dispose();
        Weights.Dispose();
    }

    private double Step(long[][] batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor tokens = tensor([.. batch.SelectMany(window => window)], batch.Length, batch[0].Length);
        Tensor loss = _network.Loss(tokens);
        loss.backward();
        double norm = _optimizer.GradientNorm();
        double rate = _plan.Rate(_step++);
        _optimizer.Step(_step, rate, norm > LargestGradient ? LargestGradient / norm : 1);
        return loss.item<float>();
    }
}
