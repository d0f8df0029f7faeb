using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Numerics;
using Godwit.Router.Features;
using Microsoft.ML.OnnxRuntime;

namespace Godwit.Router.Prediction;

/// <summary>
/// A router file in memory: predicts the loss of every expert that it knows. It never changes; who uses it holds it
/// (<see cref="TryHold"/>), and when its last holder has let go it is freed.
/// </summary>
public sealed class RouterModel : IDisposable
{
    private readonly RouterGraph _graph;
    private readonly int[] _columns;
    private readonly FrozenDictionary<string, int> _indexes;
    private readonly ConcurrentQueue<LossPrediction> _predictions = new();
    private int _holders = 1;

    internal RouterModel(RouterGraph graph, RouterManifest manifest, string digest)
    {
        _graph = graph;
        Manifest = manifest;
        Digest = digest;
        _columns = new int[manifest.Experts.Count];
        _indexes = manifest.Experts.Index().ToFrozenDictionary(expert => expert.Item.Id, expert => expert.Index, StringComparer.Ordinal);
        int column = 0;
        for (int i = 0; i < _columns.Length; i++)
        {
            _columns[i] = manifest.Experts[i].HasHead ? column++ : -1;
        }
    }

    /// <summary>What the file says of itself.</summary>
    public RouterManifest Manifest { get; }

    /// <summary>SHA-256 of the file, 64 hex digits.</summary>
    public string Digest { get; }

    /// <summary>Length of its embeddings.</summary>
    public int Width => _graph.Width;

    /// <summary>Index of an expert in the manifest and in what is predicted; −1: it does not know it.</summary>
    public int IndexOf(string expert) => _indexes.GetValueOrDefault(expert, -1);

    /// <summary>A place for what it predicts; give it back by <see cref="Return"/> when it is no longer looked at.</summary>
    public LossPrediction RentPrediction() =>
        _predictions.TryDequeue(out LossPrediction? prediction) ? prediction : new LossPrediction(_columns.Length, _graph.Width);

    /// <summary>Takes a place back.</summary>
    public void Return(LossPrediction prediction) => _predictions.Enqueue(prediction);

    /// <summary>Predicts the losses of all experts on a prompt.</summary>
    /// <param name="prompt">The prompt, flags taken out.</param>
    /// <param name="into">Made by <see cref="RentPrediction"/> of this router.</param>
    public void Predict(ReadOnlySpan<char> prompt, LossPrediction into)
    {
        GraphLane lane = _graph.Rent(Manifest.Features);
        try
        {
            _graph.Run(lane, PromptFeatures.Compute(prompt, Manifest.Features, lane.Ids, lane.Weights));
            lane.Embedding.CopyTo(into.Embedding, 0);
            (into.Cluster, into.Distance) = Nearest(into.Embedding);
            into.IsOutOfDomain = Manifest.OutOfDomainDistance > 0 && into.Distance > Manifest.OutOfDomainDistance;
            for (int i = 0; i < _columns.Length; i++)
            {
                (into.Losses[i], into.Deviations[i]) = Of(Manifest.Experts[i], _columns[i], lane, into.Cluster);
            }
        }
        finally
        {
            _graph.Return(lane);
        }
    }

    /// <summary>Keeps it from being freed; false: it is already.</summary>
    internal bool TryHold()
    {
        for (int holders = Volatile.Read(ref _holders); holders > 0;)
        {
            int seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (seen == holders)
            {
                return true;
            }

            holders = seen;
        }

        return false;
    }

    /// <summary>Lets go of it: once for having made it, and once for every <see cref="TryHold"/>.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            _graph.Dispose();
        }
    }

    /// <summary>The raw losses of a prompt, and the ids of the table's last row tried too.</summary>
    /// <exception cref="RouterFileException">The graph does not run.</exception>
    internal float[] Try(string prompt)
    {
        GraphLane lane = _graph.Rent(Manifest.Features);
        try
        {
            lane.Ids[0] = Manifest.Features.Buckets - 1;
            lane.Weights[0] = 1;
            _graph.Run(lane, 1);
            _graph.Run(lane, PromptFeatures.Compute(prompt, Manifest.Features, lane.Ids, lane.Weights));
            return [.. lane.Losses];
        }
        catch (OnnxRuntimeException e)
        {
            throw new RouterFileException($"its graph does not run: {RouterGraph.FirstLine(e.Message)}", e);
        }
        finally
        {
            _graph.Return(lane);
        }
    }

    private static (double Loss, double Deviation) Of(RouterExpert expert, int column, GraphLane lane, int cluster) =>
        column >= 0
            ? (Calibration.Apply(expert.CalibrationX, expert.CalibrationY, lane.Losses[column]), Math.Exp(0.5 * lane.LogVariances[column]))
        : cluster >= 0 && expert.ClusterMeans.Count > 0 ? (expert.ClusterMeans[cluster], double.NaN)
        : (expert.MeanLoss, double.NaN);

    private (int Cluster, double Distance) Nearest(float[] embedding)
    {
        int nearest = -1;
        float least = float.PositiveInfinity;
        for (int i = 0; i < Manifest.Centroids.Count; i++)
        {
            float square = SquareDistance(embedding, Manifest.Centroids[i]);
            if (square < least)
            {
                (nearest, least) = (i, square);
            }
        }

        return (nearest, nearest < 0 ? 0 : Math.Sqrt(least));
    }

    private static float SquareDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector<float> sums = Vector<float>.Zero;
        int i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> difference = new Vector<float>(a[i..]) - new Vector<float>(b[i..]);
            sums += difference * difference;
        }

        float sum = Vector.Sum(sums);
        for (; i < a.Length; i++)
        {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }

        return sum;
    }
}
