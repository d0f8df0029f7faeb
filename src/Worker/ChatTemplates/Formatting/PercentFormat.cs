using System.Globalization;
using System.Text.RegularExpressions;
using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Formatting;

/// <summary>Python's <c>format % values</c>, which is also Jinja's filter <c>format</c>.</summary>
internal static partial class PercentFormat
{
    /// <summary>The filled format.</summary>
    /// <param name="format">Text with directives.</param>
    /// <param name="values">A tuple of values, a mapping for named ones, or the only value.</param>
    /// <param name="budget">Pays for it.</param>
    public static TemplateText Write(TemplateText format, Value values, RenderBudget budget)
    {
        budget.Make(format.Length);
        IReadOnlyList<Value> places = values is TupleValue tuple ? tuple.Items : [values];
        var text = new TemplateTextBuilder();
        int next = 0;
        int start = 0;
        foreach (Match directive in Directive().Matches(format.Content))
        {
            budget.Step();
            text.Append(format, start, directive.Index - start);
            start = directive.Index + directive.Length;
            bool plain = format[directive.Index..start].AnyPlain;
            if (directive.Groups["type"].Value == "%")
            {
                text.Append("%", plain);
                continue;
            }

            Value value = directive.Groups["name"].Success ? Named(values, directive.Groups["name"].Value)
                : next < places.Count ? places[next++]
                : throw new TemplateFaultException("the format wants more values than there are");

            // What a client asked for is as if the client had written it.
            TemplateText field = LayoutOf(directive).Write(value, budget);
            text.Append(plain ? TemplateText.Plain(field.Content) : field);
        }

        bool all = next == places.Count || values is DictValue or ListValue;
        return all
            ? text.Append(format, start, format.Length - start).ToText()
            : throw new TemplateFaultException("not all values are used by the format");
    }

    private static Value Named(Value values, string name) => (values as DictValue)?.Find(name)
        ?? throw new TemplateFaultException($"the format wants a value '{name}'");

    private static FieldLayout LayoutOf(Match directive)
    {
        string flags = directive.Groups["flags"].Value;
        char type = directive.Groups["type"].Value[0];
        bool zeros = flags.Contains('0', StringComparison.Ordinal) && type is not ('s' or 'r');
        char align = flags.Contains('-', StringComparison.Ordinal) ? '<' : zeros ? '=' : '>';
        string sign = flags.Contains('+', StringComparison.Ordinal) ? "+" : flags.Contains(' ', StringComparison.Ordinal) ? " " : "";
        return new FieldLayout(
            type, align, align == '=' ? '0' : ' ', sign, Number(directive.Groups["width"], 0), Number(directive.Groups["precision"], -1), false);
    }

    private static int Number(Group digits, int missing) =>
        digits.Success ? int.Parse(digits.Value, NumberStyles.None, CultureInfo.InvariantCulture) : missing;

    [GeneratedRegex(@"%(?:\((?<name>[^)]*)\))?(?<flags>[-+ 0#]*)(?<width>\d{1,9})?(?:\.(?<precision>\d{1,9}))?(?<type>[a-zA-Z%])")]
    private static partial Regex Directive();
}
