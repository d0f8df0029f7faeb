using System.Security.Cryptography;

namespace Godwit.Worker.Model.Rope;

/// <summary>The rotary tables of a decoder's layers; layers that turn alike share one.</summary>
internal sealed class RotaryTables : IDisposable
{
    private readonly Dictionary<RotaryEmbedding, RotaryTable> _tables = [];
    private readonly RotaryTable?[] _ofLayer;

    /// <param name="config">The decoder.</param>
    /// <param name="servedContext">Positions to make room for.</param>
    public RotaryTables(ModelConfig config, int servedContext)
    {
        foreach (RotaryEmbedding rope in config.Layers.Select(layer => layer.Rope).OfType<RotaryEmbedding>().Distinct())
        {
            _tables.Add(rope, new RotaryTable(rope, servedContext));
            string variant = rope.Scaling?.Variant(servedContext) ?? "";
            Variant += variant.Length > 0 ? "/" + variant : "";
        }

        _ofLayer = [.. config.Layers.Select(layer => layer.Rope is null ? null : _tables[layer.Rope])];
    }

    /// <summary>What the tables depend on besides the configuration, to be part of the numerics id; empty for nothing.</summary>
    public string Variant { get; } = "";

    /// <summary>
    /// A checksum of the tables' beginning, to be part of the numerics id; empty where there is none. Sines are the C library's, and not all
    /// of them agree to the last bit.
    /// </summary>
    public string Checksum => _tables.Count == 0
        ? ""
        : "/rope-" + Convert.ToHexStringLower(SHA256.HashData([.. _tables.Values.SelectMany(table => table.FirstBytes)]))[..8];

    /// <summary>The table of a layer; null where positions are embedded instead.</summary>
    public RotaryTable? OfLayer(int layer) => _ofLayer[layer];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RotaryTable table in _tables.Values)
        {
            table.Dispose();
        }
    }
}
