using Godwit.Worker.ChatTemplates.Formatting;
using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Filters;

/// <summary><c>tojson</c> as Hugging Face defines it: Python's <c>json.dumps</c>, not escaped for HTML, non-ASCII text as it is.</summary>
internal static class JsonFilter
{
    /// <summary>Widest indentation.</summary>
    private const int MaxIndent = 1000;

    public static Value ToJson(Value value, CallArguments arguments, RenderBudget budget)
    {
        BoundArguments bound = arguments.Bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys");
        TemplateText? indent = bound[1] switch
        {
            null or NoneValue => null,
            StringValue text => text.Text,
            _ => TemplateText.Written(new string(' ', Math.Clamp(bound.Integer(1, 0), 0, MaxIndent))),
        };
        (TemplateText items, TemplateText keys) = Separators(bound[2], indent);
        return new StringValue(JsonText.Of(value, new JsonLayout(indent, items, keys, bound.Flag(0), bound.Flag(3)), budget));
    }

    private static (TemplateText Items, TemplateText Keys) Separators(Value? given, TemplateText? indent) => given switch
    {
        null or NoneValue => (TemplateText.Written(indent is null ? ", " : ","), TemplateText.Written(": ")),
        SequenceValue { Items: [StringValue items, StringValue keys] } => (items.Text, keys.Text),
        _ => throw new TemplateFaultException("filter 'tojson' needs two strings as 'separators'"),
    };
}
