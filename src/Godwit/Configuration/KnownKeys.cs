using System.Collections;
using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Godwit.CommandLine.Configuration;

/// <summary>
/// Every key that the programs read, taken from their options classes, and the check of a configuration against them: a mistyped key that
/// nobody reads is an error, not a silent default.
/// </summary>
internal sealed class KnownKeys
{
    /// <summary>First segment that belongs to the logging system of .NET and is not ours to check.</summary>
    private const string LoggingSection = "Logging";

    private readonly Dictionary<string, Type> _leaves = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _openPrefixes = [$"{LoggingSection}:"];

    public KnownKeys(IEnumerable<KeyValuePair<string, Type>> sections)
    {
        foreach ((string section, Type options) in sections)
            AddProperties(section, options);
    }

    /// <summary>All keys with a single value, sorted.</summary>
    public IReadOnlyList<string> Names => [.. _leaves.Keys.Order(StringComparer.OrdinalIgnoreCase)];

    /// <summary>One line for every key that nobody reads and every value of the wrong type.</summary>
    public IReadOnlyList<string> FindProblems(IConfiguration configuration)
    {
        List<string> problems = [];
        foreach ((string key, string? value) in configuration.AsEnumerable())
        {
            if (value is null || _openPrefixes.Exists(prefix => key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
                continue;
            if (!_leaves.TryGetValue(key, out Type? type))
                problems.Add(Unknown(key));
            else if (!CanConvert(value, type))
                problems.Add($"{key}: '{value}' is not {Describe(type)}.");
        }

        problems.Sort(StringComparer.Ordinal);
        return problems;
    }

    private string Unknown(string key) =>
        EditDistance.Nearest(key, _leaves.Keys) is { } nearest
            ? $"{key}: there is no such key; the nearest is {nearest}."
            : $"{key}: there is no such key.";

    private void AddProperties(string prefix, Type options)
    {
        foreach (PropertyInfo property in options.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            string key = $"{prefix}:{property.Name}";
            Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (IsScalar(type))
                _leaves[key] = type;
            else if (typeof(IEnumerable).IsAssignableFrom(type))
                _openPrefixes.Add($"{key}:");
            else
                AddProperties(key, type);
        }
    }

    private static bool IsScalar(Type type) => type == typeof(string) || TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));

    private static bool CanConvert(string value, Type type)
    {
        // An empty value means "not set" to the configuration binder.
        if (type == typeof(string) || value.Length == 0)
            return true;
        try
        {
            TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value);
            return true;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }

    private static string Describe(Type type) =>
        type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
        : type == typeof(bool) ? "true or false"
        : type == typeof(int) || type == typeof(long) || type == typeof(ulong) ? "a whole number in range"
        : type == typeof(double) || type == typeof(float) ? "a number"
        : type == typeof(TimeSpan) ? "a time span (hh:mm:ss)"
        : type == typeof(Uri) ? "an address (http://host:port)"
        : $"a value of type {type.Name}";
}
