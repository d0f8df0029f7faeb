using Godwit.Router.Prediction;

namespace Godwit.Training.Selection.Onnx;

/// <summary>What inputs, outputs and initializers of a router file are called.</summary>
internal static class RouterTensors
{
    public const string Ids = RouterGraph.Ids;
    public const string Weights = RouterGraph.Weights;
    public const string LossOutput = RouterGraph.Loss;
    public const string LogVarianceOutput = RouterGraph.LogVariance;
    public const string EmbeddingOutput = RouterGraph.Embedding;

    public const string Table = "table";
    public const string HiddenWeight = "hidden.weight";
    public const string HiddenBias = "hidden.bias";
    public const string LossWeight = "loss.weight";
    public const string LossBias = "loss.bias";
    public const string LogVarianceWeight = "log_variance.weight";
    public const string LogVarianceBias = "log_variance.bias";
    public const string SlotAxis = "slot_axis";
}
