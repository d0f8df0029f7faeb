using System.Text.Json.Serialization;

namespace Godwit.Scheduler.Scaling;

/// <summary>What is posted to the webhook.</summary>
/// <param name="Model">Id of the model.</param>
/// <param name="Instances">Its living instances, draining ones included.</param>
/// <param name="AverageFreeness">Their average freeness; null: nothing runs.</param>
/// <param name="Add">Instances to start.</param>
/// <param name="Undrain">Draining ones that should take requests again.</param>
/// <param name="Drain">One that should be drained and stopped; null: none.</param>
internal sealed record ScalingAdvice(
    string Model, int Instances, double? AverageFreeness, int Add, IReadOnlyList<string> Undrain, string? Drain);

/// <summary>JSON of <see cref="ScalingAdvice"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ScalingAdvice))]
internal sealed partial class ScalingJson : JsonSerializerContext;
