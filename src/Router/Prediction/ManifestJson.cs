using System.Text.Json.Serialization;

namespace Godwit.Router.Prediction;

/// <summary>JSON of <see cref="RouterManifest"/>: whoever writes a router file and whoever reads it use this.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(RouterManifest))]
public sealed partial class ManifestJson : JsonSerializerContext;
