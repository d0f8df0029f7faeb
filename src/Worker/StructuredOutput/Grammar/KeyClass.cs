namespace Godwit.Worker.StructuredOutput.Grammar;

/// <summary>Property names that are treated alike: one name, or all that match the same patterns and stand in no list.</summary>
/// <param name="Name">The name; null for a class of others.</param>
/// <param name="Required">Every object has it.</param>
/// <param name="Value">What its value may be.</param>
internal sealed record KeyClass(string? Name, bool Required, ValueNode Value);
