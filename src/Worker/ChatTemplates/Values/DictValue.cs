namespace Godwit.Worker.ChatTemplates.Values;

/// <summary>A mapping, in the order in which its keys came. Keys are texts, numbers, booleans and none.</summary>
internal sealed class DictValue : Value
{
    public static readonly DictValue Empty = new(new OrderedDictionary<Value, Value>(KeyComparer.Instance));

    private DictValue(OrderedDictionary<Value, Value> entries)
    {
        Entries = entries;
        Nesting = NestingAround(entries.Values);
    }

    public OrderedDictionary<Value, Value> Entries { get; }

    public override string TypeName => "dict";

    public override bool IsTrue => Entries.Count > 0;

    public override int Nesting { get; }

    /// <summary>Of several entries with one key the last counts, at the place of the first.</summary>
    public static DictValue Of(IEnumerable<KeyValuePair<Value, Value>> entries)
    {
        var all = new OrderedDictionary<Value, Value>(KeyComparer.Instance);
        foreach ((Value key, Value value) in entries)
        {
            if (!KeyComparer.IsKey(key))
            {
                throw new TemplateFaultException($"a value of type '{key.TypeName}' cannot be a key");
            }

            all[key] = value;
        }

        return new DictValue(all);
    }

    /// <summary>A mapping with texts as keys; they count as the client's, whose names reach templates in many ways.</summary>
    public static DictValue Of(IEnumerable<KeyValuePair<string, Value>> entries) =>
        Of(entries.Select(e => KeyValuePair.Create<Value, Value>(StringValue.Plain(e.Key), e.Value)));

    /// <summary>The value of a key; null when there is none.</summary>
    public Value? Find(Value key) => KeyComparer.IsKey(key) && Entries.TryGetValue(key, out Value? value) ? value : null;

    /// <summary>The value of a key; null when there is none.</summary>
    public Value? Find(string key) => Find(StringValue.Written(key));
}
