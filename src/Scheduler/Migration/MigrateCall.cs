using System.Text.Json.Serialization;

namespace Godwit.Scheduler.Migration;

/// <summary>Body of <c>POST /requests/{id}/migrate</c>.</summary>
/// <param name="Destination">Id of the instance to move it to.</param>
internal sealed record MigrateCall(string? Destination);

/// <summary>Its answer.</summary>
/// <param name="Order">Id of the order.</param>
internal sealed record MigrateAnswer(string Order);

/// <summary>JSON of these.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MigrateCall))]
[JsonSerializable(typeof(MigrateAnswer))]
internal sealed partial class MigrateJson : JsonSerializerContext;
