using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Rendering;

/// <summary>Variables, and the scope around them. Setting one never changes an outer scope: that is what namespaces are for.</summary>
internal sealed class Scope(Scope? outer)
{
    private readonly Dictionary<string, Value> _variables = new(StringComparer.Ordinal);

    /// <summary>A variable here or further out; undefined when there is none.</summary>
    public Value Get(string name)
    {
        for (Scope? scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._variables.TryGetValue(name, out Value? value))
            {
                return value;
            }
        }

        return new UndefinedValue($"'{name}' is undefined");
    }

    public void Set(string name, Value value) => _variables[name] = value;

    private Scope? Outer => outer;
}
