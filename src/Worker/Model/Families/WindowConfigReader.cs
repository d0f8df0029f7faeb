namespace Godwit.Worker.Model.Families;

/// <summary>Reads which layers see only a window of positions.</summary>
internal static class WindowConfigReader
{
    private const string Window = "sliding_window";
    private const string LayerTypes = "layer_types";
    private const string Full = "full_attention";
    private const string Sliding = "sliding_attention";

    /// <summary>Window of every layer; null for a layer that sees all.</summary>
    public static int?[] Read(ConfigSection json, DecoderFamily family, int layers, int context)
    {
        int? window = ReadWindow(json, family, context);
        bool none = window is null && family.Window != WindowRule.AllButEveryNth;
        bool[] byRule = none ? new bool[layers] : [.. Enumerable.Range(0, layers).Select(ByRule(json, family))];
        bool[] sliding = ReadLayerTypes(json, layers) ?? byRule;
        // Only the families whose layers differ take the list's word; elsewhere it must repeat what the family does anyway.
        if ((family.Window is WindowRule.None or WindowRule.EveryLayer) && !sliding.SequenceEqual(byRule))
        {
            throw json.Problem($"'{LayerTypes}' is not what {family.Architecture} computes");
        }

        return window is not null || !sliding.Contains(true)
            ? [.. sliding.Select(s => s ? window : null)]
            : throw json.Problem($"some layers see a window of positions, but '{Window}' is missing");
    }

    private static int? ReadWindow(ConfigSection json, DecoderFamily family, int context)
    {
        if (family.Window == WindowRule.None)
        {
            return !json.Has(Window) || json.Int(Window, 1, int.MaxValue) is var unused && unused >= context
                ? null
                : throw json.Problem($"{Window} {unused} is not supported for {family.Architecture}; supported: null");
        }

        bool off = json.IsNull(Window) || (family.Window == WindowRule.UpperLayers && !json.Bool("use_sliding_window", false));
        return off ? null : json.Has(Window) ? json.Int(Window, 1, int.MaxValue) : family.DefaultWindow;
    }

    private static Func<int, bool> ByRule(ConfigSection json, DecoderFamily family)
    {
        switch (family.Window)
        {
            case WindowRule.EveryLayer:
                return _ => true;
            case WindowRule.UpperLayers:
                int first = json.Has("max_window_layers") ? json.Int("max_window_layers", 0, int.MaxValue) : 28;
                return layer => layer >= first;
            case WindowRule.AllButEveryNth:
                string? key = new[] { "sliding_window_pattern", "_sliding_window_pattern" }.FirstOrDefault(json.Has);
                int n = key is null ? family.DefaultWindowPattern : json.Int(key, 1, int.MaxValue);
                return layer => (layer + 1) % n != 0;
            default:
                return _ => false;
        }
    }

    private static bool[]? ReadLayerTypes(ConfigSection json, int layers)
    {
        if (json.Texts(LayerTypes) is not { } types)
        {
            return null;
        }

        if (types.FirstOrDefault(type => type is not (Full or Sliding)) is { } unknown)
        {
            throw json.Problem($"layer type '{unknown}' is not supported; supported: {Full}, {Sliding}");
        }

        return types.Count == layers
            ? [.. types.Select(type => type == Sliding)]
            : throw json.Problem($"'{LayerTypes}' has {types.Count} entries for {layers} layers");
    }
}
