using System.ComponentModel.DataAnnotations;
using Godwit.Worker.Model.Torch;

namespace Godwit.Worker.Model;

/// <summary>Which model a worker serves and what computes it. Section <c>Worker:Model</c>.</summary>
public sealed class ModelOptions : IValidatableObject
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Worker:Model";

    private const string DefaultStepMs = "1,0.05";

    private const string NoDevice = Section + ":Device must be cpu, cuda or cuda:N.";

    /// <summary>Folder of the model in Hugging Face layout. Required.</summary>
    [Required(AllowEmptyStrings = false)]
    public string Path { get; set; } = "";

    /// <summary>Id under which it is served; default: the folder's name.</summary>
    public string? Id { get; set; }

    /// <summary>
    /// What computes it: <c>cpu</c> (default), this project's own kernels; <c>torch</c>, TorchSharp; or <c>simulated</c>, which replaces the model's
    /// arithmetic by waiting, for tests of scale.
    /// </summary>
    [AllowedValues("cpu", "torch", "simulated")]
    public string Runner { get; set; } = "cpu";

    /// <summary><c>torch</c> only: where it computes: <c>cpu</c> (default), <c>cuda</c>, or <c>cuda:N</c> for the N-th CUDA device from 0.</summary>
    [Required(ErrorMessage = NoDevice)]
    [RegularExpression(TorchDevice.Pattern, ErrorMessage = NoDevice)]
    public string Device { get; set; } = "cpu";

    /// <summary>
    /// <c>cpu</c> only: number format of the weights in memory: <c>f32</c>, <c>bf16</c> or <c>int8</c> (one scale per output, made at load).
    /// <c>auto</c> (default) is the files' own, where f16 becomes f32.
    /// </summary>
    [AllowedValues("auto", "f32", "bf16", "int8")]
    public string Format { get; set; } = "auto";

    /// <summary>
    /// <c>cpu</c> only: number format of the KV cache: <c>f32</c> or <c>bf16</c>; <c>auto</c> (default) is f32 beside f32 weights, else bf16.
    /// </summary>
    [AllowedValues("auto", "f32", "bf16")]
    public string KvFormat { get; set; } = "auto";

    /// <summary>
    /// <c>cpu</c> only: round the inputs of bf16 products to bf16, by the processor's dot-product instructions where it has them. Tokens still
    /// do not depend on the batch, but differ from those of a worker without it. Default false.
    /// </summary>
    public bool Fast { get; set; }

    /// <summary>
    /// How the model writes calls of functions: <c>hermes</c>, <c>llama3</c> or <c>mistral</c>; <c>auto</c> (default) is what the chat
    /// template shows.
    /// </summary>
    [AllowedValues("auto", "hermes", "llama3", "mistral")]
    public string ToolFormat { get; set; } = "auto";

    /// <summary>
    /// Whether the model thinks in <c>&lt;think&gt;</c> before it answers: <c>think</c> or <c>none</c>; <c>auto</c> (default) is what the
    /// chat template shows.
    /// </summary>
    [AllowedValues("auto", "think", "none")]
    public string Reasoning { get; set; } = "auto";

    /// <summary>Simulated only: "A,B": a step takes A + B × rows milliseconds. Default "1,0.05".</summary>
    [RegularExpression(@"\d+(\.\d+)?,\d+(\.\d+)?")]
    public string StepMs { get; set; } = DefaultStepMs;

    /// <summary>Simulated only: seed of the tokens. Default 0.</summary>
    public long Seed { get; set; }

    /// <summary>How embeddings are pooled: <c>mean</c>, <c>last</c>, or <c>auto</c> (default): as <c>1_Pooling/config.json</c> in the
    /// folder says, else the mean.</summary>
    [AllowedValues("auto", "mean", "last")]
    public string Pooling { get; set; } = EmbeddingReader.Auto;

    /// <summary>Threads of one forward pass; 0 (default) = all cores. Range 0…1024.</summary>
    [Range(0, 1024)]
    public int Threads { get; set; }

    /// <summary>An option that the chosen runner would ignore is a mistake: whoever set it expects something of it.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
    [
        .. OnlyWith("torch", nameof(Device), Device, "cpu"),
        .. OnlyWith("cpu", nameof(Format), Format, "auto"),
        .. OnlyWith("cpu", nameof(KvFormat), KvFormat, "auto"),
        .. OnlyWith("cpu", nameof(Fast), Fast, false),
        .. OnlyWith("simulated", nameof(StepMs), StepMs, DefaultStepMs),
        .. OnlyWith("simulated", nameof(Seed), Seed, 0L),
    ];

    private IEnumerable<ValidationResult> OnlyWith<T>(string runner, string key, T value, T standard)
    {
        if (Runner != runner && !EqualityComparer<T>.Default.Equals(value, standard))
            yield return new ValidationResult(
                $"{Section}:{key} ({value}) is for the runner {runner} only; {Section}:{nameof(Runner)} is {Runner}.");
    }
}
