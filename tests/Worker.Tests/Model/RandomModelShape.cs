namespace Godwit.Worker.Tests.Model;

/// <summary>What kind of model <see cref="RandomModel"/> makes; the defaults are a plain small Llama.</summary>
internal sealed record RandomModelShape
{
    public string Architecture { get; init; } = "LlamaForCausalLM";

    public int Hidden { get; init; } = 48;

    public int Intermediate { get; init; } = 100;

    public int Layers { get; init; } = 3;

    public int Heads { get; init; } = 4;

    public int KvHeads { get; init; } = 4;

    public int HeadDim { get; init; } = 12;

    public int Vocabulary { get; init; } = 97;

    public int Context { get; init; } = 256;

    public double Eps { get; init; } = 1e-5;

    public double RopeTheta { get; init; } = 10_000;

    /// <summary>plain, linear, llama3, yarn or longrope; with the numbers of <see cref="Reference.Float64Rope"/>.</summary>
    public string Rope { get; init; } = "plain";

    /// <summary>Context before longrope's stretching.</summary>
    public int Original { get; init; } = 32;

    /// <summary>Context that is served; null for all of it.</summary>
    public int? Served { get; init; }

    public bool Tied { get; init; } = true;

    public bool QkvBias { get; init; }

    public bool OutputBias { get; init; }

    public bool FeedForwardBias { get; init; }

    /// <summary>Positions that a layer with a window sees; null where no layer has one.</summary>
    public int? Window { get; init; }

    /// <summary>First layer with a window (Qwen).</summary>
    public int FirstWindowLayer { get; init; }

    /// <summary>Every so manyth layer sees all (Gemma).</summary>
    public int WindowPattern { get; init; } = 2;

    /// <summary>Part of a head that is turned (Phi-3).</summary>
    public double RotaryPart { get; init; } = 1;

    public double QueryScalar { get; init; } = 24;

    public double? AttentionCap { get; init; }

    public double? LogitCap { get; init; }

    /// <summary>F32, F16, BF16, or mixed: each tensor in one of them.</summary>
    public string Dtype { get; init; } = "F32";

    public int Shards { get; init; } = 1;

    /// <summary>What stands before the names of all weights but the head's (GPT-2).</summary>
    public string Prefix { get; init; } = "transformer.";

    /// <summary>Fields to add to the configuration or to replace there, as JSON.</summary>
    public string Config { get; init; } = "{}";

    public bool IsGemma => Architecture.StartsWith("Gemma", StringComparison.Ordinal);

    /// <summary>Whether queries and keys are normed per head.</summary>
    public bool QkNorm => Architecture is "Qwen3ForCausalLM" or "Gemma3ForCausalLM";
}
