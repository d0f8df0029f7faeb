using System.Numerics;
using System.Runtime.InteropServices;

namespace Godwit.Training.Selection.Fit;

/// <summary>
/// The table of a router in training: a row of numbers per bucket. A step touches a few thousand of 32,768 rows, so rows are learned alone,
/// by Adagrad: a rare n-gram's row moves as far at its first sight as a frequent one's did.
/// </summary>
internal sealed class FeatureTable
{
    private const float Smallest = 1e-8f;

    private readonly float[] _rows;
    private readonly float[] _squares;
    private readonly int[] _places;
    private readonly List<int> _touched = [];
    private float[] _gradients = [];

    /// <param name="buckets">Rows.</param>
    /// <param name="width">Numbers of a row.</param>
    /// <param name="deviation">Standard deviation of the numbers.</param>
    /// <param name="random">Draws them.</param>
    public FeatureTable(int buckets, int width, double deviation, Random random)
    {
        Width = width;
        double most = deviation * Math.Sqrt(3);
        _rows = [.. Enumerable.Range(0, buckets * width).Select(_ => (float)(most * ((2 * random.NextDouble()) - 1)))];
        _squares = new float[_rows.Length];
        _places = new int[buckets];
        Array.Fill(_places, -1);
    }

    /// <summary>Numbers of a row.</summary>
    public int Width { get; }

    /// <summary>A copy of all rows.</summary>
    public float[] Rows => [.. _rows];

    /// <summary>Per prompt of a batch the weighted sum of its rows.</summary>
    public float[] Sum(FeatureBatch batch)
    {
        float[] sums = new float[batch.Count * Width];
        for (int prompt = 0; prompt < batch.Count; prompt++)
        {
            Span<float> sum = sums.AsSpan(prompt * Width, Width);
            for (int slot = batch.Starts[prompt]; slot < batch.Starts[prompt + 1]; slot++)
                AddScaled(sum, RowOf(_rows, batch.Ids[slot]), batch.Weights[slot]);
        }

        return sums;
    }

    /// <summary>Takes a step.</summary>
    /// <param name="batch">What <see cref="Sum"/> was made of.</param>
    /// <param name="gradients">Derivatives of the loss with respect to the sums.</param>
    /// <param name="rate">How far a number moves at its first step.</param>
    public void Learn(FeatureBatch batch, ReadOnlySpan<float> gradients, float rate)
    {
        for (int prompt = 0; prompt < batch.Count; prompt++)
        {
            ReadOnlySpan<float> gradient = gradients.Slice(prompt * Width, Width);
            for (int slot = batch.Starts[prompt]; slot < batch.Starts[prompt + 1]; slot++)
                AddScaled(Gathered(batch.Ids[slot]), gradient, batch.Weights[slot]);
        }

        for (int place = 0; place < _touched.Count; place++)
        {
            Step(RowOf(_rows, _touched[place]), RowOf(_squares, _touched[place]), _gradients.AsSpan(place * Width, Width), rate);
            _places[_touched[place]] = -1;
        }

        Array.Clear(_gradients, 0, _touched.Count * Width);
        _touched.Clear();
    }

    private Span<float> RowOf(float[] rows, long bucket) => rows.AsSpan((int)bucket * Width, Width);

    private Span<float> Gathered(long bucket)
    {
        ref int place = ref _places[bucket];
        if (place < 0)
        {
            place = _touched.Count;
            _touched.Add((int)bucket);
            if (_gradients.Length < _touched.Count * Width)
                Array.Resize(ref _gradients, Math.Max(1024 * Width, _gradients.Length * 2));
        }

        return _gradients.AsSpan(place * Width, Width);
    }

    private static void AddScaled(Span<float> sum, ReadOnlySpan<float> row, float scale)
    {
        Span<Vector<float>> sums = MemoryMarshal.Cast<float, Vector<float>>(sum);
        ReadOnlySpan<Vector<float>> rows = MemoryMarshal.Cast<float, Vector<float>>(row);
        for (int i = 0; i < sums.Length; i++)
            sums[i] += rows[i] * scale;
        for (int i = sums.Length * Vector<float>.Count; i < sum.Length; i++)
            sum[i] += row[i] * scale;
    }

    private static void Step(Span<float> row, Span<float> squares, ReadOnlySpan<float> gradient, float rate)
    {
        Span<Vector<float>> rows = MemoryMarshal.Cast<float, Vector<float>>(row);
        Span<Vector<float>> sums = MemoryMarshal.Cast<float, Vector<float>>(squares);
        ReadOnlySpan<Vector<float>> slopes = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        Vector<float> least = new(Smallest);
        for (int i = 0; i < rows.Length; i++)
        {
            sums[i] += slopes[i] * slopes[i];
            rows[i] -= rate * slopes[i] / (Vector.SquareRoot(sums[i]) + least);
        }

        for (int i = rows.Length * Vector<float>.Count; i < row.Length; i++)
        {
            squares[i] += gradient[i] * gradient[i];
            row[i] -= rate * gradient[i] / (MathF.Sqrt(squares[i]) + Smallest);
        }
    }
}
