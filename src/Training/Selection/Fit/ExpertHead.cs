using Godwit.Training.Selection.Onnx;

namespace Godwit.Training.Selection.Fit;

/// <summary>One expert's part of a router: a row of each head.</summary>
/// <param name="Weights">Row of the loss head.</param>
/// <param name="Bias">Its bias.</param>
/// <param name="VarianceWeights">Row of the head for the error's log-variance.</param>
/// <param name="VarianceBias">Its bias.</param>
internal sealed record ExpertHead(float[] Weights, double Bias, float[] VarianceWeights, double VarianceBias)
{
    private const double LeastSlope = 0.5;
    private const double LargestSlope = 2;

    /// <summary>Corrects a fitted head by a line, which goes into its weights, and measures its errors.</summary>
    /// <param name="weights">Its weights.</param>
    /// <param name="bias">Its bias.</param>
    /// <param name="embeddings">Embeddings of prompts that it was not fitted to.</param>
    /// <param name="losses">The expert's losses on them.</param>
    public static ExpertHead Corrected(float[] weights, double bias, float[][] embeddings, double[] losses)
    {
        double[] predicted = Predict(weights, bias, embeddings);
        double meanX = predicted.Average(), meanY = losses.Average();
        double spread = predicted.Sum(x => (x - meanX) * (x - meanX));
        double slope = spread > 1e-9 ? predicted.Zip(losses, (x, y) => (x - meanX) * (y - meanY)).Sum() / spread : 1;
        slope = Math.Clamp(slope, LeastSlope, LargestSlope);
        float[] scaled = [.. weights.Select(weight => (float)(weight * slope))];
        double shifted = meanY + (slope * (bias - meanX));
        double[] errors = [.. Predict(scaled, shifted, embeddings).Zip(losses, (guess, loss) => loss - guess)];
        (float[] varianceWeights, double varianceBias) = VarianceHead.Fit(embeddings, errors);
        return new ExpertHead(scaled, shifted, varianceWeights, varianceBias);
    }

    /// <summary>The graph with this head at a place, or behind all others.</summary>
    public RouterWeights PutInto(RouterWeights weights, int column) => weights with
    {
        Loss = weights.Loss.With(column, Weights, (float)Bias),
        LogVariance = weights.LogVariance.With(column, VarianceWeights, (float)VarianceBias),
    };

    /// <summary>What a head says of embeddings.</summary>
    public static double[] Predict(float[] weights, double bias, float[][] embeddings) =>
        [.. embeddings.Select(embedding => bias + embedding.Select((value, i) => (double)value * weights[i]).Sum())];
}
