using System.Text.Json;

namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>
/// A schema's text, and an id for each schema within it that something refers to. References are resolved within the document; nothing is
/// ever fetched.
/// </summary>
internal sealed class SchemaDocument
{
    /// <summary>The schema <c>true</c>.</summary>
    public const int True = 0;

    /// <summary>The schema <c>false</c>.</summary>
    public const int False = 1;

    private readonly List<Entry> _entries = [new(default, "", false), new(default, "", false)];
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _anchors = new(StringComparer.Ordinal);
    private readonly JsonElement _root;
    private readonly string? _ownId;

    public SchemaDocument(JsonElement root, CompileBudget budget)
    {
        _root = root;
        _ownId = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("$id", out JsonElement id)
            && id.ValueKind == JsonValueKind.String ? id.GetString()!.TrimEnd('#') : null;
        FindAnchors(root, "", isData: false, budget);
        Root = IdAt(root, "");
    }

    /// <summary>The id of the whole schema.</summary>
    public int Root { get; }

    /// <summary>The id of the schema at a place.</summary>
    /// <param name="element">The schema.</param>
    /// <param name="pointer">Its JSON Pointer.</param>
    public int IdAt(JsonElement element, string pointer)
    {
        if (element.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return element.ValueKind == JsonValueKind.True ? True : False;
        }

        if (!_ids.TryGetValue(pointer, out int id))
        {
            id = _ids[pointer] = _entries.Count;
            _entries.Add(new Entry(element, pointer, false));
        }

        return id;
    }

    /// <summary>The id of a schema that allows one value only.</summary>
    public int IdOfConst(JsonElement value)
    {
        _entries.Add(new Entry(value, "", true));
        return _entries.Count - 1;
    }

    /// <summary>What an id stands for: a schema, or a constant.</summary>
    public Entry this[int id] => _entries[id];

    /// <summary>The id that a <c>$ref</c> leads to.</summary>
    public int Resolve(string reference)
    {
        string fragment = _ownId is { Length: > 0 } own && reference.StartsWith(own, StringComparison.Ordinal) ? reference[own.Length..] : reference;
        if (fragment.Length == 0)
        {
            return Root;
        }

        if (!fragment.StartsWith('#'))
        {
            throw ConstraintException.Invalid(
                $"'$ref': \"{Shorten(reference)}\" leads out of the schema, which is not supported; '#', '#/…' and '#anchor' are.");
        }

        string pointer = Uri.UnescapeDataString(fragment[1..]);
        if (pointer.Length > 0 && !pointer.StartsWith('/'))
        {
            pointer = _anchors.TryGetValue(pointer, out string? anchored) ? anchored : throw Unresolved(reference);
        }

        return IdAt(Find(pointer) ?? throw Unresolved(reference), pointer);
    }

    /// <summary>A step of a JSON Pointer.</summary>
    public static string Step(string name) => "/" + name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static ConstraintException Unresolved(string reference) =>
        ConstraintException.Invalid($"'$ref': \"{Shorten(reference)}\" leads to nothing within the schema.");

    private static string Shorten(string text) => text.Length <= 64 ? text : text[..64] + "…";

    private JsonElement? Find(string pointer)
    {
        JsonElement at = _root;
        foreach (string step in pointer.Split('/').Skip(1))
        {
            string name = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out JsonElement member))
            {
                at = member;
            }
            else if (at.ValueKind == JsonValueKind.Array && int.TryParse(name, out int index) && index >= 0 && index < at.GetArrayLength())
            {
                at = at[index];
            }
            else
            {
                return null;
            }
        }

        return at;
    }

    // Depth is the JSON parser's, which limits it. Places cost what their pointers have of characters, here and wherever else they are named.
    private void FindAnchors(JsonElement element, string pointer, bool isData, CompileBudget budget)
    {
        budget.Spend(1 + (pointer.Length / 8));
        if (element.ValueKind == JsonValueKind.Object)
        {
            if (!isData && element.TryGetProperty("$anchor", out JsonElement anchor) && anchor.ValueKind == JsonValueKind.String)
            {
                _anchors.TryAdd(anchor.GetString()!, pointer);
            }

            foreach (JsonProperty member in element.EnumerateObject())
            {
                bool holdsData = member.Name is "enum" or "const" or "default" or "examples";
                FindAnchors(member.Value, pointer + Step(member.Name), isData || holdsData, budget);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            int index = 0;
            foreach (JsonElement item in element.EnumerateArray())
            {
                FindAnchors(item, $"{pointer}/{index++}", isData, budget);
            }
        }
    }

    /// <summary>What an id stands for.</summary>
    /// <param name="Element">The schema, or the constant.</param>
    /// <param name="Pointer">The schema's place.</param>
    /// <param name="IsConst">True for a constant.</param>
    internal readonly record struct Entry(JsonElement Element, string Pointer, bool IsConst);
}
