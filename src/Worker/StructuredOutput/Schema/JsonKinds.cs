namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>The types of JSON Schema, as a set.</summary>
[Flags]
internal enum JsonKinds
{
    None = 0,
    Null = 1,
    Boolean = 2,
    Integer = 4,

    /// <summary>Numbers, integers among them.</summary>
    Number = Integer | 8,
    String = 16,
    Array = 32,
    Object = 64,
    All = 127,
}
