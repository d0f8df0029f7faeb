using System.Globalization;
using System.Text;
using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Texts;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Formatting;

/// <summary>Values as Python's <c>json.dumps</c> writes them.</summary>
internal sealed class JsonText
{
    private readonly JsonLayout _layout;
    private readonly RenderBudget _budget;
    private readonly TemplateTextBuilder _text = new();

    private JsonText(JsonLayout layout, RenderBudget budget)
    {
        _layout = layout;
        _budget = budget;
    }

    /// <summary>The JSON of a value.</summary>
    /// <exception cref="TemplateFaultException">There is something in it that JSON does not have.</exception>
    public static TemplateText Of(Value value, JsonLayout layout, RenderBudget budget)
    {
        var writer = new JsonText(layout, budget);
        writer.Write(value, 0);
        return writer._text.ToText();
    }

    private void Write(Value value, int depth)
    {
        _budget.Step();
        switch (value)
        {
            case StringValue text: WriteText(text.Text); break;
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
            Append(i > 0 ? _layout.ItemSeparator : StringValue.Empty.Text);
            NewLine(depth + 1);
            Write(items[i], depth + 1);
        }

        Close("]", items.Count, depth);
    }

    private void WriteEntries(DictValue mapping, int depth)
    {
        Append("{");
        bool first = true;
        foreach ((TemplateText key, Value value) in Entries(mapping))
        {
            Append(first ? StringValue.Empty.Text : _layout.ItemSeparator);
            first = false;
            NewLine(depth + 1);
            WriteText(key);
            Append(_layout.KeySeparator);
            Write(value, depth + 1);
        }

        Close("}", mapping.Entries.Count, depth);
    }

    private IEnumerable<(TemplateText Key, Value Value)> Entries(DictValue mapping)
    {
        IEnumerable<(TemplateText Key, Value Value)> entries =
            mapping.Entries.Select(e => (e.Key is StringValue text ? text.Text : TemplateText.Written(Scalar(e.Key)!), e.Value));
        return _layout.SortKeys ? entries.OrderBy(e => e.Key.Content, StringComparer.Ordinal) : entries;
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
            _text.Append("\n", plain: false).Append(TextPad.Repeat(indent, depth));
        }
    }

    private void WriteText(TemplateText text)
    {
        _budget.Make(text.Length + 2);
        _text.Append("\"", plain: false).Append(text.Map(Escaped)).Append("\"", plain: false);
    }

    private string Escaped(string part)
    {
        var text = new StringBuilder(part.Length);
        foreach (char c in part)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append(@"\\"),
                '\n' => text.Append(@"\n"),
                '\r' => text.Append(@"\r"),
                '\t' => text.Append(@"\t"),
                '\b' => text.Append(@"\b"),
                '\f' => text.Append(@"\f"),
                < ' ' => Escape(c, text),
                > '~' when _layout.AsciiOnly => Escape(c, text),
                _ => text.Append(c),
            };
        }

        return text.ToString();
    }

    private StringBuilder Escape(char c, StringBuilder text)
    {
        _budget.Make(5);
        return text.Append(CultureInfo.InvariantCulture, $@"\u{(int)c:x4}");
    }

    private void Append(string text) => Append(TemplateText.Written(text));

    private void Append(TemplateText text)
    {
        _budget.Make(text.Length);
        _text.Append(text);
    }
}
