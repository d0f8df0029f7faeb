using System.Text.Json;

namespace Godwit.Worker.Model;

/// <summary>
/// One object of a configuration file with typed, bounded access; a null counts as absent, as it does for Hugging Face.
/// </summary>
internal readonly struct ConfigSection(string path, JsonElement element)
{
    public ModelLoadException Problem(string problem) => new(path, problem);

    public bool Has(string name) => Find(name) is not null;

    /// <summary>Whether it is there and null, where that says something else than its absence.</summary>
    public bool IsNull(string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Null;

    /// <summary>What is written, shortened; for messages.</summary>
    public string Show(string name) => Find(name) is { } value ? Show(value) : "null";

    public int Int(string name, int least, int most) =>
        Find(name) is { } value ? AsInt(name, value, least, most) : throw Problem($"'{name}' is missing");

    public double Number(string name, double least, double most, double? absent = null)
    {
        if (Find(name) is not { } value)
            return absent ?? throw Problem($"'{name}' is missing");
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most
            ? number
            : throw Problem($"'{name}' is {Show(value)}; it must be a number from {least} to {most}");
    }

    public bool Bool(string name, bool absent) => Find(name) switch
    {
        null => absent,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Problem($"'{name}' is {Show(value)}; it must be true or false"),
    };

    /// <summary>A number, or a switch as 0 or 1; not a number (NaN) for anything else.</summary>
    public double NumberOrSwitch(string name) => Find(name) switch
    {
        { ValueKind: JsonValueKind.False } => 0,
        { ValueKind: JsonValueKind.True } => 1,
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out var number) => number,
        _ => double.NaN,
    };

    public string? Text(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => throw Problem($"'{name}' is {Show(value)}; it must be a string"),
    };

    public string? FirstString(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 && list[0].ValueKind == JsonValueKind.String
            ? list[0].GetString()
            : null;

    /// <summary>One integer or a list of them; empty if absent.</summary>
    public IReadOnlyList<int> Ints(string name, int least, int most)
    {
        if (Find(name) is not { } value)
            return [];
        if (value.ValueKind != JsonValueKind.Array)
            return [AsInt(name, value, least, most)];
        var numbers = new int[value.GetArrayLength()];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = AsInt(name, value[i], least, most);
        return numbers;
    }

    /// <summary>A list of as many numbers.</summary>
    public IReadOnlyList<double> Numbers(string name, int count, double least, double most)
    {
        if (Find(name) is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() != count)
            throw Problem($"'{name}' must be a list of {count} numbers");
        var file = path;
        return [.. list.EnumerateArray().Select(value =>
            value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most
                ? number
                : throw new ModelLoadException(file, $"'{name}' has {Show(value)}; numbers from {least} to {most} are allowed"))];
    }

    /// <summary>A list of strings; null if absent.</summary>
    public IReadOnlyList<string>? Texts(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String) =>
            [.. list.EnumerateArray().Select(v => v.GetString()!)],
        { } value => throw Problem($"'{name}' is {Show(value)}; it must be a list of strings"),
    };

    public ConfigSection? Section(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } value => new ConfigSection(path, value),
        { } value => throw Problem($"'{name}' is {Show(value)}; it must be an object"),
    };

    private JsonElement? Find(string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private int AsInt(string name, JsonElement value, int least, int most) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most
            ? number
            : throw Problem($"'{name}' is {Show(value)}; it must be a whole number from {least} to {most}");

    private static string Show(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= 40 ? text : text[..40] + "…";
    }
}
