using System.Text.Json.Serialization;

namespace Godwit.Scheduler.Decisions;

/// <summary>JSON of logged decisions: exact, so that a replay has the very inputs. Freeness may be infinite; what is zero or null is left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    IgnoreReadOnlyProperties = true,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(Decision))]
internal sealed partial class DecisionJson : JsonSerializerContext;
