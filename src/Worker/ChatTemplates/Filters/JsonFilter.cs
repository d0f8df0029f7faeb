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
        string? indent = bound[1] switch
        {
            null or NoneValue => null,
            StringValue text => text.Content,
            _ => new string(' ', Math.Clamp(bound.Integer(1, 0), 0, MaxIndent)),
        };
        (string items, string keys) = Separators(bound[2], indent);
        return new StringValue(JsonText.Of(value, new JsonLayout(indent, items, keys, bound.Flag(0), bound.Flag(3)), budget));
    }

    private static (string Items, string Keys) Separators(Value? given, string? indent) => given switch
    {
        null or NoneValue => (indent is null ? ", " : ",", ": "),
        SequenceValue { Items: [StringValue items, StringValue keys] } => (items.Content, keys.Content),
        _ => throw new TemplateFaultException("filter 'tojson' needs two strings as 'separators'"),
    };
}
