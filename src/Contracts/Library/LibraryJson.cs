using System.Text.Json.Serialization;

namespace Godwit.Contracts.Library;

/// <summary>Source-generated JSON of the model library's file; a card must say everything, and nothing that is not known.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    WriteIndented = true)]
[JsonSerializable(typeof(ModelLibrary))]
public sealed partial class LibraryJson : JsonSerializerContext;
