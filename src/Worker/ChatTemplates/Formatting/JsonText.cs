using System.Globalization;
using System.Text;
using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Formatting;

/// <summary>Values as Python's <c>json.dumps</c> writes them.</summary>
internal sealed class JsonText
{
    private readonly JsonLayout _layout;
    private readonly RenderBudget _budget;
    private readonly StringBuilder _text = new();

    private JsonText(JsonLayout layout, RenderBudget budget)
    {
        _layout = layout;
        _budget = budget;
    }

    /// <summary>The JSON of a value.</summary>
    /// <exception cref="TemplateFaultException">There is something in it that JSON does not have.</exception>
    public static string Of(Value value, JsonLayout layout, RenderBudget budget)
    {
        var writer = new JsonText(layout, budget);
        writer.Write(value, 0);
        return writer._text.ToString();
    }

    private void Write(Value value, int depth)
    {
        _budget.Step();
        switch (value)
        {
            case StringValue text: WriteText(text.Content); break;
            case SequenceValue sequence: WriteItems(sequence.Items, depth); break;
            case GeneratorValue generator: WriteItems(generator.TakeAll(), depth); break;
            case DictValue mapping: WriteEntries(mapping, depth); break;
            default:
                Append(Scalar(value) ?? throw new TemplateFaultException(
                    $"a value of type '{value.TypeName}' cannot be written as JSON"));
                break;
        }
    }

    private static string? Scalar(Value value) => value switch
    {
        // Python refuses undefined; JavaScript's renderer of chat templates writes null, and templates rely on either.
        NoneValue or UndefinedValue => "null",
        BoolValue flag => flag.Content ? "true" : "false",
        IntValue number => PythonNumber.Write(number.Content),
        FloatValue { Content: double.NaN } => "NaN",
        FloatValue { Content: double.PositiveInfinity } => "Infinity",
        FloatValue { Content: double.NegativeInfinity } => "-Infinity",
        FloatValue number => PythonNumber.Write(number.Content),
        _ => null,
    };

    private void WriteItems(IReadOnlyList<Value> items, int depth)
    {
        Append("[");
        for (int i = 0; i < items.Count; i++)
        {
            Append(i > 0 ? _layout.ItemSeparator : "");
            NewLine(depth + 1);
            Write(items[i], depth + 1);
        }

        Close("]", items.Count, depth);
    }

    private void WriteEntries(DictValue mapping, int depth)
    {
        Append("{");
        bool first = true;
        foreach ((string key, Value value) in Entries(mapping))
        {
            Append(first ? "" : _layout.ItemSeparator);
            first = false;
            NewLine(depth + 1);
            WriteText(key);
            Append(_layout.KeySeparator);
            Write(value, depth + 1);
        }

        Close("}", mapping.Entries.Count, depth);
    }

    private IEnumerable<(string Key, Value Value)> Entries(DictValue mapping)
    {
        IEnumerable<(string Key, Value Value)> entries =
            mapping.Entries.Select(e => (e.Key is StringValue text ? text.Content : Scalar(e.Key)!, e.Value));
        return _layout.SortKeys ? entries.OrderBy(e => e.Key, StringComparer.Ordinal) : entries;
    }

    private void Close(string bracket, int items, int depth)
    {
        if (items > 0)
        {
            NewLine(depth);
        }

        Append(bracket);
    }

    private void NewLine(int depth)
    {
        if (_layout.Indent is { } indent)
        {
            _budget.Make(1 + ((long)depth * indent.Length));
            _text.Append('\n').Insert(_text.Length, indent, depth);
        }
    }

    private void WriteText(string text)
    {
        _budget.Make(text.Length + 2);
        _text.Append('"');
        foreach (char c in text)
        {
            switch (c)
            {
                case '"': _text.Append("\\\""); break;
                case '\\': _text.Append(@"\\"); break;
                case '\n': _text.Append(@"\n"); break;
                case '\r': _text.Append(@"\r"); break;
                case '\t': _text.Append(@"\t"); break;
                case '\b': _text.Append(@"\b"); break;
                case '\f': _text.Append(@"\f"); break;
                case < ' ': WriteEscape(c); break;
                case > '~' when _layout.AsciiOnly: WriteEscape(c); break;
                default: _text.Append(c); break;
            }
        }

        _text.Append('"');
    }

    private void WriteEscape(char c)
    {
        _budget.Make(5);
        _text.Append(CultureInfo.InvariantCulture, $@"\u{(int)c:x4}");
    }

    private void Append(string text)
    {
        _budget.Make(text.Length);
        _text.Append(text);
    }
}
