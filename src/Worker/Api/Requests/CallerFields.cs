using System.Text.Json;

namespace Godwit.Worker.Api.Requests;

/// <summary>
/// Checks the fields by which a caller labels itself or its request. They change nothing here, but a caller shall learn of a mistake, and
/// nobody shall carry them about in any size.
/// </summary>
internal static class CallerFields
{
    private static readonly string[] s_names = ["user", "safety_identifier", "prompt_cache_key"];

    /// <summary>Refuses what is not as OpenAI documents it.</summary>
    public static void Check(Fields fields)
    {
        foreach (string name in s_names)
        {
            if (fields.Find(name) is { } value && Fields.ReadString(value, name).Length > ApiLimits.CallerChars)
            {
                throw ApiException.InvalidValue(name, $"'{name}' must be a string of at most {ApiLimits.CallerChars} characters.");
            }
        }

        if (fields.Find("metadata") is { } metadata)
        {
            CheckMetadata(metadata);
        }
    }

    private static void CheckMetadata(JsonElement metadata)
    {
        if (metadata.ValueKind != JsonValueKind.Object)
        {
            throw Fields.WrongType("metadata", "an object whose values are strings", metadata);
        }

        if (metadata.GetPropertyCount() > ApiLimits.MetadataEntries)
        {
            throw ApiException.InvalidValue(
                "metadata", $"'metadata' has {metadata.GetPropertyCount()} entries; at most {ApiLimits.MetadataEntries} are allowed.");
        }

        foreach (JsonProperty entry in metadata.EnumerateObject())
        {
            if (entry.Name.Length > ApiLimits.MetadataNameChars
                || Fields.ReadString(entry.Value, "metadata").Length > ApiLimits.MetadataValueChars)
            {
                throw ApiException.InvalidValue(
                    "metadata",
                    $"'metadata' must have names of at most {ApiLimits.MetadataNameChars} and values of at most "
                        + $"{ApiLimits.MetadataValueChars} characters.");
            }
        }
    }
}
