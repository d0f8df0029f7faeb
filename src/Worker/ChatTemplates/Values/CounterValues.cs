namespace Godwit.Worker.ChatTemplates.Values;

/// <summary><c>cycler(…)</c>: gives its items in turn.</summary>
internal sealed class CyclerValue(IReadOnlyList<Value> items) : Value
{
    private int _position;

    public override string TypeName => "Cycler";

    public Value Current => items[_position];

    public Value Next()
    {
        Value current = Current;
        _position = (_position + 1) % items.Count;
        return current;
    }

    public void Reset() => _position = 0;
}

/// <summary><c>joiner(separator)</c>: nothing at the first call, the separator ever after.</summary>
internal sealed class JoinerValue(Value separator) : Value
{
    private bool _used;

    public override string TypeName => "Joiner";

    public Value Next()
    {
        bool used = _used;
        _used = true;
        return used ? separator : StringValue.Empty;
    }
}
