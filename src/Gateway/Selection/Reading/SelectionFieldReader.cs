using System.Text.Json;
using Godwit.Contracts.OpenAI;
using Godwit.Contracts.Selection;

namespace Godwit.Gateway.Selection.Reading;

/// <summary>Reads the field <c>godwit</c>. A wrong value is an error; a goal or a field that is not known is reported only.</summary>
internal static class SelectionFieldReader
{
    /// <summary>Name of the field.</summary>
    public const string Name = "godwit";

    private const int MaxBytes = 16 * 1024;
    private const int MaxModels = 64;
    private const int MaxNeeds = 16;
    private const int MaxNameLength = 256;
    private const int MaxSecurityClass = 9;

    /// <summary>Reads its value.</summary>
    /// <param name="json">The value, well-formed JSON.</param>
    /// <param name="warnings">What is reported.</param>
    public static (SelectionField? Field, ApiError? Error) Read(ReadOnlyMemory<byte> json, SelectionWarnings warnings)
    {
        if (json.Length > MaxBytes)
        {
            return (null, Wrong("", $"may have {MaxBytes} bytes at most"));
        }

        using JsonDocument document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind == JsonValueKind.Null)
        {
            return (SelectionField.Empty, null);
        }

        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            return (null, Wrong("", "must be an object"));
        }

        SelectionField field = SelectionField.Empty;
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            ApiError? error = property.Value.ValueKind == JsonValueKind.Null ? null : Take(property, ref field, warnings);
            if (error is not null)
            {
                return (null, error);
            }
        }

        return (field, null);
    }

    private static ApiError? Take(JsonProperty property, ref SelectionField field, SelectionWarnings warnings)
    {
        JsonElement value = property.Value;
        switch (property.Name)
        {
            case "goals":
                (Dictionary<string, double>? goals, ApiError? error) = Goals(value, warnings);
                field = field with { Goals = goals };
                return error;
            case "models":
                field = field with { Models = Names(value, MaxModels) };
                return field.Models is null ? Wrong(".models", $"must be a list of 1 to {MaxModels} names of models") : null;
            case "needs":
                string[]? needs = Names(value, MaxNeeds);
                field = field with { Needs = needs ?? [] };
                return needs is null ? Wrong(".needs", $"must be a list of 1 to {MaxNeeds} names of capabilities") : null;
            case "conversation":
                field = field with { Conversation = Text(value) };
                return field.Conversation is null ? Wrong(".conversation", $"must be a string of 1 to {MaxNameLength} characters") : null;
            case "residency":
                field = field with { Residency = Text(value) };
                return field.Residency is null ? Wrong(".residency", $"must be a string of 1 to {MaxNameLength} characters") : null;
            case "max_security_class":
                int highest = -1;
                bool isClass = value.ValueKind == JsonValueKind.Number
                    && value.TryGetInt32(out highest)
                    && highest is >= 0 and <= MaxSecurityClass;
                field = field with { MaxSecurityClass = isClass ? highest : null };
                return isClass ? null : Wrong(".max_security_class", $"must be an integer from 0 to {MaxSecurityClass}");
            default:
                warnings.Unknown("field", $"{Name}.{property.Name}");
                return null;
        }
    }

    private static (Dictionary<string, double>? Goals, ApiError? Error) Goals(JsonElement value, SelectionWarnings warnings)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return (null, Wrong(".goals", "must be an object of weights by goal"));
        }

        Dictionary<string, double> goals = new(StringComparer.Ordinal);
        foreach (JsonProperty goal in value.EnumerateObject())
        {
            if (!GoalNames.All.Contains(goal.Name))
            {
                warnings.Unknown("goal", goal.Name);
            }
            else if (goal.Value.ValueKind != JsonValueKind.Number
                || !goal.Value.TryGetDouble(out double weight)
                || !GoalNames.IsWeight(weight))
            {
                return (null, Wrong($".goals.{goal.Name}", $"must be a number from 0 to {GoalNames.MaxWeight}"));
            }
            else
            {
                goals[goal.Name] = weight;
            }
        }

        return (goals, null);
    }

    private static string[]? Names(JsonElement value, int most)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 || value.GetArrayLength() > most)
        {
            return null;
        }

        string?[] names = [.. value.EnumerateArray().Select(Text)];
        return names.Contains(null) ? null : [.. names.OfType<string>()];
    }

    private static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= MaxNameLength } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }

    private static ApiError Wrong(string path, string what) =>
        ApiError.Invalid($"'{Name}{path}' {what}.", Name + path, ApiErrorCodes.InvalidValue);
}
