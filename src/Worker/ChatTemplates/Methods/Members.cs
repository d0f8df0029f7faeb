using System.Globalization;
using System.Numerics;
using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Methods;

/// <summary>
/// <c>value.name</c> and <c>value[key]</c>. Python's methods are tables here, no reflection, and without those that change a value;
/// what is not there is undefined, also a field of something undefined.
/// </summary>
internal static class Members
{
    /// <summary><c>value.name</c>: a method or field, else the item of that name.</summary>
    public static Value Get(Value value, string name, RenderBudget budget) =>
        Attribute(value, name, budget) ?? Entry(value, name) ?? Missing(value, name);

    /// <summary><c>value[key]</c>: an item, else the method or field of that name.</summary>
    public static Value GetItem(Value value, Value key, RenderBudget budget)
    {
        if (key is StringValue name)
        {
            return Entry(value, name.Content) ?? Attribute(value, name.Content, budget) ?? Missing(value, name.Content);
        }

        if (value is DictValue mapping)
        {
            return mapping.Find(key) ?? new UndefinedValue($"the mapping has no such key of type '{key.TypeName}'", isClosed: true);
        }

        if (value is UndefinedValue undefined)
        {
            throw undefined.Fault();
        }

        return Numbers.Integer(key) is { } place && Sequences.HasItems(value)
            ? Sequences.At(value, place, budget) ?? new UndefinedValue($"the {value.TypeName} has no item {place}", value is StringValue)
            : new UndefinedValue($"a value of type '{value.TypeName}' has no item by a key of type '{key.TypeName}'", isClosed: true);
    }

    /// <summary>The value at the end of a path, as filters with an <c>attribute</c> take it: <c>'function.name'</c>, or a place.</summary>
    public static Value GetPath(Value value, Value path, RenderBudget budget) =>
        path is StringValue text ? GetPath(value, text.Content, budget) : GetItem(value, path, budget);

    /// <summary>The value at the end of a path such as <c>function.name</c>.</summary>
    public static Value GetPath(Value value, string path, RenderBudget budget)
    {
        budget.Scan(16L * path.Length);
        foreach (string part in path.Split('.'))
        {
            bool isPlace = part.Length is > 0 and < 10 && part.All(char.IsAsciiDigit);
            Value key = isPlace ? new IntValue(BigInteger.Parse(part, CultureInfo.InvariantCulture)) : StringValue.Written(part);
            value = GetItem(value, key, budget);
        }

        return value;
    }

    /// <summary>A method or field, not an item; null when there is none.</summary>
    public static Value? Attribute(Value value, string name, RenderBudget budget) => value switch
    {
        StringValue text => StringMethods.Find(text.Text, name, budget),
        DictValue mapping => CollectionMethods.Find(mapping, name, budget),
        SequenceValue sequence => CollectionMethods.Find(sequence, name, budget),
        LoopValue loop => LoopMembers.Find(loop, name, budget),
        NamespaceValue fields => fields.Fields.GetValueOrDefault(name),
        CyclerValue cycler => Cycler(cycler, name),
        CallableValue callable when name == "name" => StringValue.Written(callable.Name),
        FloatValue number when name == "is_integer" => new CallableValue(name, _ => BoolValue.Of(double.IsInteger(number.Content))),
        _ => null,
    };

    private static Value? Entry(Value value, string name) => value switch
    {
        DictValue mapping => mapping.Find(name),
        NamespaceValue fields => fields.Fields.GetValueOrDefault(name),
        _ => null,
    };

    private static UndefinedValue Missing(Value value, string name) => value is UndefinedValue undefined
        ? undefined.Field()
        : new UndefinedValue($"a value of type '{value.TypeName}' has no field '{name}'");

    private static Value? Cycler(CyclerValue cycler, string name) => name switch
    {
        "current" => cycler.Current,
        "next" => new CallableValue(name, _ => cycler.Next()),
        "reset" => new CallableValue(name, _ =>
        {
            cycler.Reset();
            return NoneValue.Instance;
        }),
        _ => null,
    };
}
