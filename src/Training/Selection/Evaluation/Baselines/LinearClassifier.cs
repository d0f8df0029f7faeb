namespace Godwit.Training.Selection.Evaluation.Baselines;

/// <summary>
/// Multinomial logistic regression on hashed features, by AdaGrad: the plainest classifier that one would put before a list of experts.
/// The same rows, labels and seed give the same classifier.
/// </summary>
public sealed class LinearClassifier
{
    private const int Epochs = 10;
    private const float Rate = 0.5f, Decay = 1e-5f;

    private readonly int _classes;
    private readonly float[] _weights, _squares;

    private LinearClassifier(int buckets, int classes)
    {
        _classes = classes;
        _weights = new float[(buckets + 1) * classes];
        _squares = new float[_weights.Length];
    }

    /// <summary>Fits one.</summary>
    /// <param name="rows">Features.</param>
    /// <param name="labels">Class of each row.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="buckets">Number of buckets.</param>
    /// <param name="seed">Seed of the order in which rows are seen.</param>
    public static LinearClassifier Fit(
        IReadOnlyList<SparseRow> rows, IReadOnlyList<int> labels, int classes, int buckets, int seed)
    {
        LinearClassifier classifier = new(buckets, classes);
        Random random = new(seed);
        int[] order = [.. Enumerable.Range(0, rows.Count)];
        float[] gradient = new float[classes];
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            random.Shuffle(order);
            foreach (int index in order)
            {
                classifier.Probabilities(rows[index], gradient);
                gradient[labels[index]] -= 1;
                classifier.Step(rows[index], gradient);
            }
        }

        return classifier;
    }

    /// <summary>The likeliest class.</summary>
    public int Predict(SparseRow row)
    {
        float[] probabilities = new float[_classes];
        Probabilities(row, probabilities);
        return Array.IndexOf(probabilities, probabilities.Max());
    }

    /// <summary>Probability of each class.</summary>
    public void Probabilities(SparseRow row, Span<float> probabilities)
    {
        Bias.CopyTo(probabilities);
        for (int i = 0; i < row.Ids.Length; i++)
        {
            ReadOnlySpan<float> weights = _weights.AsSpan(row.Ids[i] * _classes, _classes);
            for (int c = 0; c < weights.Length; c++)
            {
                probabilities[c] += weights[c] * row.Weights[i];
            }
        }

        float highest = float.NegativeInfinity, sum = 0;
        foreach (float score in probabilities)
        {
            highest = Math.Max(highest, score);
        }

        for (int c = 0; c < probabilities.Length; c++)
        {
            sum += probabilities[c] = MathF.Exp(probabilities[c] - highest);
        }

        for (int c = 0; c < probabilities.Length; c++)
        {
            probabilities[c] /= sum;
        }
    }

    private Span<float> Bias => _weights.AsSpan(_weights.Length - _classes);

    private void Step(SparseRow row, ReadOnlySpan<float> gradient)
    {
        for (int i = 0; i < row.Ids.Length; i++)
        {
            Step(row.Ids[i] * _classes, gradient, row.Weights[i]);
        }

        Step(_weights.Length - _classes, gradient, 1);
    }

    private void Step(int at, ReadOnlySpan<float> gradient, float feature)
    {
        for (int c = 0; c < gradient.Length; c++)
        {
            float slope = (gradient[c] * feature) + (Decay * _weights[at + c]);
            _squares[at + c] += slope * slope;
            _weights[at + c] -= Rate * slope / (MathF.Sqrt(_squares[at + c]) + 1e-6f);
        }
    }
}
