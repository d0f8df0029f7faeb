using static TorchSharp.torch;

namespace Godwit.Training.Experts.Network;

/// <summary>The weights of one layer; matrices are [outputs, inputs].</summary>
/// <param name="AttentionNorm">[hidden].</param>
/// <param name="QueryKeyValue">[3 · hidden, hidden].</param>
/// <param name="AttentionOutput">[hidden, hidden].</param>
/// <param name="FeedForwardNorm">[hidden].</param>
/// <param name="GateUp">[2 · feed-forward, hidden].</param>
/// <param name="Down">[hidden, feed-forward].</param>
internal sealed record ExpertLayer(
    Tensor AttentionNorm, Tensor QueryKeyValue, Tensor AttentionOutput, Tensor FeedForwardNorm, Tensor GateUp, Tensor Down);
