namespace Godwit.Worker.Model;

/// <summary>
/// Reads how positions are rotated: <c>rope_theta</c> and <c>rope_scaling</c>, or the newer <c>rope_parameters</c> that holds both.
/// </summary>
internal static class RopeConfigReader
{
    private const double DefaultTheta = 10_000;

    public static double ReadTheta(ConfigSection json)
    {
        var holder = json.Section("rope_parameters") is { } parameters && parameters.Has("rope_theta") ? parameters : json;
        return holder.Number("rope_theta", 1, 1e12, DefaultTheta);
    }

    public static Llama3RopeScaling? ReadScaling(ConfigSection json, int longestContext)
    {
        if ((json.Section("rope_parameters") ?? json.Section("rope_scaling")) is not { } rope)
            return null;
        if (rope.Number("partial_rotary_factor", 0, 1, 1) is var partial and not 1)
            throw rope.Problem($"partial_rotary_factor {partial} is not supported; supported: 1");
        var type = rope.Text("rope_type") ?? rope.Text("type") ?? "default";
        if (type == "default")
            return null;
        if (type != "llama3")
            throw rope.Problem($"rope type '{type}' is not supported; supported: default, llama3");

        var low = rope.Number("low_freq_factor", 1e-6, 1e6);
        var high = rope.Number("high_freq_factor", 1e-6, 1e6);
        if (low >= high)
            throw rope.Problem($"low_freq_factor {low} is not below high_freq_factor {high}");
        return new Llama3RopeScaling(
            rope.Number("factor", 1, 1e6), low, high, rope.Int("original_max_position_embeddings", 1, longestContext));
    }
}
