using System.Globalization;
using System.Text.RegularExpressions;
using Godwit.Worker.ChatTemplates.Methods;
using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Formatting;

/// <summary>Python's method <c>format</c>: <c>'{} and {name:&gt;8}'.format(…)</c>.</summary>
internal static partial class BraceFormat
{
    /// <summary>The filled format.</summary>
    public static TemplateText Write(TemplateText format, CallArguments arguments, RenderBudget budget)
    {
        budget.Make(format.Length);
        var text = new TemplateTextBuilder();
        int next = 0;
        int start = 0;
        foreach (Match part in Part().Matches(format.Content))
        {
            budget.Step();
            text.Append(format, start, part.Index - start);
            start = part.Index + part.Length;
            if (part.Length == 1)
            {
                throw new TemplateFaultException("the format has a brace without its other");
            }

            TemplateText field = part.Value switch
            {
                "{{" => TemplateText.Written("{"),
                "}}" => TemplateText.Written("}"),
                _ => WriteField(part, Find(part.Groups["name"].Value, arguments, ref next, budget), budget),
            };

            // What a client asked for is as if the client had written it.
            text.Append(format[part.Index..start].AnyPlain ? TemplateText.Plain(field.Content) : field);
        }

        return text.Append(format, start, format.Length - start).ToText();
    }

    private static TemplateText WriteField(Match part, Value value, RenderBudget budget)
    {
        Value shown = part.Groups["conversion"].Value switch
        {
            "r" or "a" => new StringValue(PythonText.Representation(value, budget)),
            "s" => new StringValue(PythonText.Of(value, budget)),
            _ => value,
        };
        Match layout = Layout().Match(part.Groups["layout"].Value);
        return layout.Success
            ? LayoutOf(layout).Write(shown, budget)
            : throw new TemplateFaultException($"the format '{part.Groups["layout"].Value}' is not supported");
    }

    private static Value Find(string name, CallArguments arguments, ref int next, RenderBudget budget)
    {
        string[] path = name.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.');
        Value? value = path[0].Length == 0 ? arguments.Positional.ElementAtOrDefault(next++)
            : int.TryParse(path[0], NumberStyles.None, CultureInfo.InvariantCulture, out int place)
                ? arguments.Positional.ElementAtOrDefault(place)
            : arguments.Keyword.GetValueOrDefault(path[0]);
        if (value is null)
        {
            throw new TemplateFaultException($"the format wants a value '{name}'");
        }

        return path.Length == 1 ? value : Members.GetPath(value, string.Join('.', path[1..]), budget);
    }

    private static FieldLayout LayoutOf(Match layout)
    {
        bool zeros = layout.Groups["zeros"].Length > 0;
        string align = layout.Groups["align"].Value;
        string fill = layout.Groups["fill"].Value;
        string type = layout.Groups["type"].Value;
        return new FieldLayout(
            type.Length > 0 ? type[0] : null,
            align.Length > 0 ? align[0] : zeros ? '=' : null,
            fill.Length > 0 ? fill[0] : zeros ? '0' : ' ',
            layout.Groups["sign"].Value.Trim('-'),
            Number(layout.Groups["width"], 0),
            Number(layout.Groups["precision"], -1),
            layout.Groups["grouped"].Length > 0);
    }

    private static int Number(Group digits, int missing) =>
        digits.Length > 0 ? int.Parse(digits.Value, NumberStyles.None, CultureInfo.InvariantCulture) : missing;

    [GeneratedRegex(@"\{\{|\}\}|\{(?<name>[^{}:!]*)(?:!(?<conversion>[rsa]))?(?::(?<layout>[^{}]*))?\}|[{}]")]
    private static partial Regex Part();

    [GeneratedRegex(@"^(?:(?<fill>.)?(?<align>[<>^=]))?(?<sign>[-+ ]?)(?<zeros>0?)(?<width>\d{0,9})(?<grouped>,?)(?:\.(?<precision>\d{1,9}))?(?<type>[a-zA-Z%]?)$")]
    private static partial Regex Layout();
}
