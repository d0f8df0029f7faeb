using Godwit.Worker.Model.Families;

namespace Godwit.Worker.Model.Rope;

/// <summary>
/// Reads how positions are rotated: <c>rope_theta</c> and <c>rope_scaling</c>, or the newer <c>rope_parameters</c> that holds both, for all
/// layers or per kind of layer.
/// </summary>
internal sealed class RopeConfigReader(ConfigSection json, DecoderFamily family, int headDim, int context)
{
    private const double LargestFactor = 1e6;
    private const string Original = "original_max_position_embeddings";

    /// <summary>Rotation in layers that see all positions.</summary>
    public RotaryEmbedding ReadFull()
    {
        ConfigSection? rope = Parameters?.Section("full_attention") ?? Parameters ?? json.Section("rope_scaling");
        return new RotaryEmbedding(ReadDimensions(rope), ReadTheta(rope), ReadScaling(rope));
    }

    /// <summary>Rotation in layers that see a window.</summary>
    /// <param name="full">Rotation in the others.</param>
    public RotaryEmbedding ReadLocal(RotaryEmbedding full)
    {
        if (family.DefaultLocalRopeTheta is not { } theta)
        {
            return full;
        }

        return Parameters?.Section("sliding_attention") is { } rope
            ? full with { Theta = rope.Number("rope_theta", 1, 1e12, theta), Scaling = ReadScaling(rope) }
            : full with { Theta = json.Number("rope_local_base_freq", 1, 1e12, theta), Scaling = null };
    }

    private ConfigSection? Parameters => json.Section("rope_parameters");

    private double ReadTheta(ConfigSection? rope)
    {
        ConfigSection holder = rope is { } parameters && parameters.Has("rope_theta") ? parameters : json;
        return holder.Number("rope_theta", 1, 1e12, family.DefaultRopeTheta);
    }

    private int ReadDimensions(ConfigSection? rope)
    {
        const string Partial = "partial_rotary_factor";
        ConfigSection holder = rope is { } parameters && parameters.Has(Partial) ? parameters : json;
        double factor = holder.Number(Partial, 0, 1, 1);
        if (factor != 1 && !family.Has(Partial))
        {
            throw json.Problem($"{Partial} {factor} is not supported for {family.Architecture}; supported: 1");
        }

        int dimensions = (int)(headDim * factor);
        return dimensions >= 2 && dimensions % 2 == 0
            ? dimensions
            : throw json.Problem(factor == 1
                ? $"head_dim {headDim} is not supported; supported: even numbers"
                : $"{Partial} {factor} of head_dim {headDim} turns {dimensions} entries; supported: even numbers from 2");
    }

    private RopeScaling? ReadScaling(ConfigSection? section)
    {
        if (section is not { } rope)
        {
            return null;
        }

        string type = rope.Text("rope_type") ?? rope.Text("type") ?? "default";
        return type switch
        {
            "default" => null,
            "linear" => new LinearRopeScaling(rope.Number("factor", 1, LargestFactor)),
            "llama3" => ReadLlama3(rope),
            // Phi-3's first files say yarn or su and mean longrope.
            "longrope" or "su" => ReadLongRope(rope),
            "yarn" => rope.Has("short_factor") ? ReadLongRope(rope) : ReadYarn(rope),
            _ => throw rope.Problem($"rope type '{type}' is not supported; supported: default, linear, llama3, longrope, yarn"),
        };
    }

    private Llama3RopeScaling ReadLlama3(ConfigSection rope)
    {
        double low = rope.Number("low_freq_factor", 1e-6, 1e6), high = rope.Number("high_freq_factor", 1e-6, 1e6);
        return low < high
            ? new Llama3RopeScaling(rope.Number("factor", 1, LargestFactor), low, high, ReadOriginal(rope))
            : throw rope.Problem($"low_freq_factor {low} is not below high_freq_factor {high}");
    }

    private YarnRopeScaling ReadYarn(ConfigSection rope)
    {
        double factor = rope.Number("factor", 1, LargestFactor);
        double mscale = rope.Number("mscale", 0, 100, 0), mscaleAll = rope.Number("mscale_all_dim", 0, 100, 0);
        double proposed = mscale != 0 && mscaleAll != 0
            ? YarnRopeScaling.ProposedAttention(factor, mscale) / YarnRopeScaling.ProposedAttention(factor, mscaleAll)
            : YarnRopeScaling.ProposedAttention(factor);
        double fast = rope.Number("beta_fast", 1e-6, 1e6, 32), slow = rope.Number("beta_slow", 1e-6, 1e6, 1);
        return fast > slow
            ? new YarnRopeScaling(
                factor, rope.Number("attention_factor", 1e-6, 1e6, proposed), fast, slow, rope.Bool("truncate", true), ReadOriginal(rope, context))
            : throw rope.Problem($"beta_slow {slow} is not below beta_fast {fast}");
    }

    private LongRopeScaling ReadLongRope(ConfigSection rope)
    {
        foreach (string unknown in (ReadOnlySpan<string>)["short_mscale", "long_mscale"])
        {
            if (rope.Has(unknown))
            {
                throw rope.Problem($"'{unknown}' is not supported");
            }
        }

        int original = ReadOriginal(rope), pairs = ReadDimensions(rope) / 2;
        double stretched = (double)context / original;
        double proposed = stretched <= 1 ? 1 : Math.Sqrt(1 + (Math.Log(stretched) / Math.Log(original)));
        return new LongRopeScaling(
            rope.Numbers("short_factor", pairs, 1e-6, LargestFactor),
            rope.Numbers("long_factor", pairs, 1e-6, LargestFactor),
            rope.Number("attention_factor", 1e-6, 1e6, proposed),
            original);
    }

    private int ReadOriginal(ConfigSection rope, int? absent = null)
    {
        ConfigSection holder = rope.Has(Original) ? rope : json;
        return absent is { } value && !holder.Has(Original) ? value : holder.Int(Original, 2, ModelConfigReader.LongestContext);
    }
}
