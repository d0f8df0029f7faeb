using System.Globalization;
using System.Text;
using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Formatting;

/// <summary>Values as Python prints them.</summary>
internal sealed class PythonText
{
    private readonly RenderBudget _budget;
    private readonly TemplateTextBuilder _text = new();

    private PythonText(RenderBudget budget) => _budget = budget;

    /// <summary>Python's <c>str</c>: what <c>{{ value }}</c> writes.</summary>
    public static TemplateText Of(Value value, RenderBudget budget) => value switch
    {
        StringValue text => text.Text,
        UndefinedValue => StringValue.Empty.Text,
        _ => Representation(value, budget),
    };

    /// <summary>Python's <c>repr</c>: texts in quotes.</summary>
    public static TemplateText Representation(Value value, RenderBudget budget)
    {
        var writer = new PythonText(budget);
        writer.Write(value);
        return writer._text.ToText();
    }

    private void Write(Value value)
    {
        _budget.Step();
        switch (value)
        {
            case StringValue text: WriteQuoted(text.Text); break;
            case TupleValue { Items.Count: 1 } tuple: WriteItems("(", tuple.Items, ",)"); break;
            case TupleValue tuple: WriteItems("(", tuple.Items, ")"); break;
            case RangeValue range: Append(range.Text); break;
            case ListValue list: WriteItems("[", list.Items, "]"); break;
            case DictValue mapping: WriteEntries(mapping); break;
            case IntValue number: Append(PythonNumber.Write(number.Content)); break;
            case FloatValue number: Append(PythonNumber.Write(number.Content)); break;
            case BoolValue flag: Append(flag.Content ? "True" : "False"); break;
            case NoneValue: Append("None"); break;
            case UndefinedValue: Append("Undefined"); break;
            case CallableValue function: Append($"<function {function.Name}>"); break;
            default: Append($"<{value.TypeName}>"); break;
        }
    }

    private void WriteItems(string open, IReadOnlyList<Value> items, string close)
    {
        Append(open);
        for (int i = 0; i < items.Count; i++)
        {
            Append(i > 0 ? ", " : "");
            Write(items[i]);
        }

        Append(close);
    }

    private void WriteEntries(DictValue mapping)
    {
        Append("{");
        bool first = true;
        foreach ((Value key, Value value) in mapping.Entries)
        {
            Append(first ? "" : ", ");
            first = false;
            Write(key);
            Append(": ");
            Write(value);
        }

        Append("}");
    }

    private void WriteQuoted(TemplateText text)
    {
        bool doubled = text.Content.Contains('\'', StringComparison.Ordinal) && !text.Content.Contains('"', StringComparison.Ordinal);
        string quote = doubled ? "\"" : "'";
        _budget.Make(text.Length + 2);
        _text.Append(quote, plain: false).Append(text.Map(part => Escaped(part, quote[0]))).Append(quote, plain: false);
    }

    private string Escaped(string part, char quote)
    {
        var text = new StringBuilder(part.Length);
        for (int i = 0; i < part.Length; i++)
        {
            char c = part[i];
            switch (c)
            {
                case '\\': text.Append(@"\\"); break;
                case '\n': text.Append(@"\n"); break;
                case '\r': text.Append(@"\r"); break;
                case '\t': text.Append(@"\t"); break;
                case var _ when c == quote: text.Append('\\').Append(c); break;
                case >= ' ' and <= '~': text.Append(c); break;
                default: i += WriteOther(part, i, text) - 1; break;
            }
        }

        return text.ToString();
    }

    /// <summary>Writes the character there, escaped if Python would not print it; gives its UTF-16 units.</summary>
    private int WriteOther(string part, int at, StringBuilder text)
    {
        _budget.Make(9);
        if (!Rune.TryGetRuneAt(part, at, out Rune rune))
        {
            text.Append(CultureInfo.InvariantCulture, $@"\u{(int)part[at]:x4}");
            return 1;
        }

        bool printable = Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
        _ = (printable, rune.Value) switch
        {
            (true, _) => text.Append(part, at, rune.Utf16SequenceLength),
            (_, <= 0xff) => text.Append(CultureInfo.InvariantCulture, $@"\x{rune.Value:x2}"),
            (_, <= 0xffff) => text.Append(CultureInfo.InvariantCulture, $@"\u{rune.Value:x4}"),
            _ => text.Append(CultureInfo.InvariantCulture, $@"\U{rune.Value:x8}"),
        };
        return rune.Utf16SequenceLength;
    }

    private void Append(string text)
    {
        _budget.Make(text.Length);
        _text.Append(text, plain: false);
    }
}
