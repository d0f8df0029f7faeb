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

    public bool Tied { get; init; } = true;

    public bool QkvBias { get; init; }

    /// <summary>Llama's attention_bias gives o_proj one too; Qwen2 has none there.</summary>
    public bool OutputBias => QkvBias && Architecture == "LlamaForCausalLM";

    public bool Llama3Scaling { get; init; }

    public string Dtype { get; init; } = "F32";

    public int Shards { get; init; } = 1;
}
