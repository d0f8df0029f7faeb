namespace Godwit.Worker.ChatTemplates.Values;

/// <summary>A function, a macro, or a method with the value it belongs to.</summary>
/// <param name="name">Its name.</param>
/// <param name="invoke">What a call does.</param>
internal sealed class CallableValue(string name, Func<CallArguments, Value> invoke) : Value
{
    public string Name { get; } = name;

    public override string TypeName => "function";

    public Value Invoke(CallArguments arguments) => invoke(arguments);
}
