namespace Godwit.Worker.StructuredOutput;

/// <summary>What <see cref="ConstraintKind.Tagged"/> asks for: a text, one or more tags, a text.</summary>
/// <param name="Prefix">The text before the first tag.</param>
/// <param name="Options">What each tag may be.</param>
/// <param name="Separator">The text between two tags.</param>
/// <param name="Suffix">The text behind the last tag.</param>
/// <param name="Most">Most tags; <see cref="int.MaxValue"/> for any number.</param>
internal sealed record ConstraintTags(string Prefix, IReadOnlyList<ConstraintTag> Options, string Separator, string Suffix, int Most)
{
    /// <summary>All its texts, in an order that tells which is which.</summary>
    public IEnumerable<string> Texts() => [Prefix, Separator, Suffix, .. Options.SelectMany(t => new[] { t.Begin, t.Schema, t.End })];
}
