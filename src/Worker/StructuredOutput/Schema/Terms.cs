namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>
/// A conjunction of schemas: ids, sorted, each once; <c>~id</c> is the negation of a schema. The empty conjunction allows everything.
/// Arrays are never changed.
/// </summary>
internal static class Terms
{
    /// <summary>Allows everything.</summary>
    public static int[] Anything { get; } = [];

    /// <summary>Allows nothing.</summary>
    public static int[] Nothing { get; } = [SchemaDocument.False];

    /// <summary>One schema.</summary>
    public static int[] Of(int id) => id == SchemaDocument.True ? Anything : [id];

    /// <summary>Both.</summary>
    public static int[] And(int[] x, int[] y) =>
        x.Length == 0 ? y : y.Length == 0 ? x : [.. x.Concat(y).Distinct().Order()];

    /// <summary>A text that is equal for equal conjunctions.</summary>
    public static string Key(int[] terms) => string.Join('&', terms);

    /// <summary>True when it certainly allows nothing.</summary>
    public static bool IsNothing(int[] terms) => terms.Contains(SchemaDocument.False) || terms.Any(t => t >= 0 && terms.Contains(~t));
}
