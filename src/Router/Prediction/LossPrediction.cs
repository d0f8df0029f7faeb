namespace Godwit.Router.Prediction;

/// <summary>What a router predicts for one prompt; made for one router, and filled anew for every prompt.</summary>
public sealed class LossPrediction
{
    internal LossPrediction(int experts, int width)
    {
        Losses = new double[experts];
        Deviations = new double[experts];
        Embedding = new float[width];
    }

    /// <summary>Loss of each expert, in the manifest's order, nats per UTF-8 byte.</summary>
    public double[] Losses { get; }

    /// <summary>Standard deviation of its error, nats per UTF-8 byte; NaN where nothing is known.</summary>
    public double[] Deviations { get; }

    /// <summary>The prompt's embedding.</summary>
    public float[] Embedding { get; }

    /// <summary>Cluster whose centre is nearest to the prompt; −1: there are none.</summary>
    public int Cluster { get; internal set; }

    /// <summary>Distance to that centre; 0 when there is none.</summary>
    public double Distance { get; internal set; }

    /// <summary>The prompt is unlike everything that the router was trained on.</summary>
    public bool IsOutOfDomain { get; internal set; }
}
