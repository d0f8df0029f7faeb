using System.Text;

namespace Godwit.Worker.StructuredOutput;

/// <summary>What a constraint is written in.</summary>
internal enum ConstraintKind
{
    /// <summary>Any JSON object.</summary>
    JsonObject,

    /// <summary>JSON that a schema (draft 2020-12) allows.</summary>
    JsonSchema,

    /// <summary>A text that a regular expression matches as a whole.</summary>
    Regex,

    /// <summary>One of several texts.</summary>
    Choice,

    /// <summary>JSON values between given texts.</summary>
    Tagged,
}

/// <summary>
/// What an output must be, as the request says it. It travels with a request; the automaton is made of it wherever the request runs.
/// </summary>
/// <param name="Kind">What it is written in.</param>
/// <param name="Source">The schema's JSON or the regular expression; empty for the other kinds.</param>
/// <param name="Choices">The texts of <see cref="ConstraintKind.Choice"/>.</param>
internal sealed record Constraint(ConstraintKind Kind, string Source, IReadOnlyList<string> Choices)
{
    /// <summary>Any JSON object.</summary>
    public static Constraint JsonObject { get; } = new(ConstraintKind.JsonObject, "", []);

    /// <summary>The texts and tags of <see cref="ConstraintKind.Tagged"/>; null for the other kinds.</summary>
    public ConstraintTags? Tags { get; private init; }

    /// <summary>A text that is equal for constraints that mean the same.</summary>
    public string Key => $"{(int)Kind}:{Source}{string.Concat(Parts().Select(c => $"{c.Length}:{c}"))}{Tags?.Most}";

    /// <summary>JSON that a schema allows.</summary>
    public static Constraint JsonSchema(string schema) => new(ConstraintKind.JsonSchema, schema, []);

    /// <summary>A text that a regular expression matches as a whole.</summary>
    public static Constraint Regex(string pattern) => new(ConstraintKind.Regex, pattern, []);

    /// <summary>One of several texts.</summary>
    public static Constraint Choice(IReadOnlyList<string> choices) => new(ConstraintKind.Choice, "", choices);

    /// <summary>One to <paramref name="most"/> JSON values, each between the texts of a tag.</summary>
    /// <param name="prefix">The text before the first tag.</param>
    /// <param name="tags">What each tag may be.</param>
    /// <param name="separator">The text between two tags.</param>
    /// <param name="suffix">The text behind the last tag.</param>
    /// <param name="most">Most tags; <see cref="int.MaxValue"/> for any number.</param>
    public static Constraint Tagged(string prefix, IReadOnlyList<ConstraintTag> tags, string separator, string suffix, int most) =>
        new(ConstraintKind.Tagged, "", []) { Tags = new ConstraintTags(prefix, tags, separator, suffix, most) };

    /// <summary>Bytes of the source.</summary>
    public long SourceBytes => Encoding.UTF8.GetByteCount(Source) + Parts().Sum(c => 8L + Encoding.UTF8.GetByteCount(c));

    private IEnumerable<string> Parts() => Tags?.Texts() ?? Choices;
}
