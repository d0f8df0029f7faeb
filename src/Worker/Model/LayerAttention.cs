using Godwit.Worker.Model.Rope;

namespace Godwit.Worker.Model;

/// <summary>What distinguishes the attention of one layer from that of another.</summary>
/// <param name="Window">How many positions a row sees, its own included; null for all before it.</param>
/// <param name="Rope">How its queries and keys are rotated; null when positions are embedded instead.</param>
internal sealed record LayerAttention(int? Window, RotaryEmbedding? Rope);
