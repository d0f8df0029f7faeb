namespace Godwit.Worker.ChatTemplates.Values;

/// <summary><c>namespace(…)</c>: fields that can be set, also from within a loop.</summary>
internal sealed class NamespaceValue : Value
{
    public Dictionary<string, Value> Fields { get; } = new(StringComparer.Ordinal);

    public override string TypeName => "Namespace";
}
