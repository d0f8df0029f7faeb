using System.Text.Json.Serialization;

namespace Godwit.Training.Selection.Evaluation.Data;

/// <summary>Source-generated JSON of labelled prompts; a line must say everything, and may say more.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(HeldoutPrompt))]
internal sealed partial class HeldoutJson : JsonSerializerContext;
