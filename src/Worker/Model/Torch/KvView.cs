using static TorchSharp.torch;

namespace Godwit.Worker.Model.Torch;

/// <summary>What the sequences of an attention group read of the KV cache in a layer, each padded to the longest.</summary>
/// <param name="Slots">[sequences·width], slots in the order of positions; the zero slot as padding.</param>
/// <param name="Mask">[sequences, 1, group·rows, width], to be added to the scores: 0, or −∞ where a row does not look.</param>
internal sealed record KvView(Tensor Slots, Tensor Mask);
