using System.Text.Json.Serialization;
using Godwit.Training.Selection.Labels;
using Godwit.Training.Selection.Prompts;

namespace Godwit.Training.Selection;

/// <summary>JSON of the files that router training reads and writes.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Prompt))]
[JsonSerializable(typeof(Label))]
[JsonSerializable(typeof(LabelledPrompt))]
internal sealed partial class SelectionJson : JsonSerializerContext;
