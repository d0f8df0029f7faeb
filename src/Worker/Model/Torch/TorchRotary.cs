using Godwit.Worker.Model.Rope;
using TorchSharp;
using static TorchSharp.torch;

namespace Godwit.Worker.Model.Torch;

/// <summary>
/// Cosines and sines of a decoder's rotary embeddings on a device, [context, dimensions/2] in fp32, computed in double; layers that turn
/// alike share one table. They belong to the dispose scope in which they are made.
/// </summary>
internal sealed class TorchRotary
{
    private readonly List<TorchRotation> _tables = [];
    private readonly int[] _tableOfLayer;

    /// <param name="config">The decoder.</param>
    /// <param name="servedContext">Positions to make room for.</param>
    /// <param name="device">Where the tables live.</param>
    public TorchRotary(ModelConfig config, int servedContext, Device device)
    {
        List<RotaryEmbedding> ropes = [.. config.Layers.Select(layer => layer.Rope).OfType<RotaryEmbedding>().Distinct()];
        foreach (RotaryEmbedding rope in ropes)
        {
            _tables.Add(Table(rope, servedContext, device));
            string variant = rope.Scaling?.Variant(servedContext) ?? "";
            Variant += variant.Length > 0 ? "/" + variant : "";
        }

        _tableOfLayer = [.. config.Layers.Select(layer => layer.Rope is null ? -1 : ropes.IndexOf(layer.Rope))];
    }

    /// <summary>What the tables depend on besides the configuration, to be part of the numerics id; empty for nothing.</summary>
    public string Variant { get; } = "";

    /// <summary>The rotations of rows at these positions, one per layer; null where positions are embedded instead.</summary>
    /// <param name="positions">[rows].</param>
    public TorchRotation?[] At(Tensor positions)
    {
        TorchRotation[] rows = [.. _tables.Select(table => table.At(positions))];
        return [.. _tableOfLayer.Select(table => table < 0 ? null : rows[table])];
    }

    private static TorchRotation Table(RotaryEmbedding rope, int context, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor angles = TorchNumbers.CountTo(context, CPU).to(float64).unsqueeze(1) * tensor(rope.Frequencies(context)).unsqueeze(0);
        double amplitude = rope.Scaling?.Amplitude ?? 1;
        return new TorchRotation(Entries(angles.cos()), Entries(angles.sin()));

        Tensor Entries(Tensor of) => of.Times(amplitude).to(float32).to(device).MoveToOuterDisposeScope();
    }
}
