using System.Collections.Frozen;
using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Filters;

/// <summary>A filter: a value, and the arguments in its parentheses, to a value.</summary>
internal delegate Value TemplateFilter(Value value, CallArguments arguments, RenderBudget budget);

/// <summary>Jinja's filters by name, as Hugging Face's environment has them.</summary>
internal static class FilterTable
{
    private static readonly FrozenDictionary<string, TemplateFilter> Filters = new Dictionary<string, TemplateFilter>
    {
        ["abs"] = NumberFilters.Abs,
        ["attr"] = SelectionFilters.Attr,
        ["batch"] = SequenceFilters.Batch,
        ["capitalize"] = TextFilters.Capitalize,
        ["center"] = TextFilters.Center,
        ["count"] = SequenceFilters.Length,
        ["d"] = SelectionFilters.Default,
        ["default"] = SelectionFilters.Default,
        ["dictsort"] = OrderFilters.DictSort,
        ["e"] = TextFilters.Escape,
        ["escape"] = TextFilters.Escape,
        ["first"] = SequenceFilters.First,
        ["float"] = NumberFilters.Float,
        ["forceescape"] = TextFilters.Escape,
        ["format"] = TextFilters.Format,
        ["groupby"] = OrderFilters.GroupBy,
        ["indent"] = TextFilters.Indent,
        ["int"] = NumberFilters.Int,
        ["items"] = SequenceFilters.Items,
        ["join"] = SequenceFilters.Join,
        ["last"] = SequenceFilters.Last,
        ["length"] = SequenceFilters.Length,
        ["list"] = SequenceFilters.List,
        ["lower"] = TextFilters.Lower,
        ["map"] = SelectionFilters.Map,
        ["max"] = OrderFilters.Max,
        ["min"] = OrderFilters.Min,
        ["pprint"] = TextFilters.Represent,
        ["reject"] = SelectionFilters.Reject,
        ["rejectattr"] = SelectionFilters.RejectAttr,
        ["replace"] = TextFilters.Replace,
        ["reverse"] = SequenceFilters.Reverse,
        ["round"] = NumberFilters.Round,
        ["safe"] = TextFilters.Safe,
        ["select"] = SelectionFilters.Select,
        ["selectattr"] = SelectionFilters.SelectAttr,
        ["slice"] = SequenceFilters.Slice,
        ["sort"] = OrderFilters.Sort,
        ["string"] = TextFilters.String,
        ["sum"] = NumberFilters.Sum,
        ["title"] = TextFilters.Title,
        ["tojson"] = JsonFilter.ToJson,
        ["trim"] = TextFilters.Trim,
        ["truncate"] = TextFilters.Truncate,
        ["unique"] = OrderFilters.Unique,
        ["upper"] = TextFilters.Upper,
        ["urlencode"] = TextFilters.UrlEncode,
        ["wordcount"] = TextFilters.WordCount,
    }.ToFrozenDictionary();

    public static bool Has(string name) => Filters.ContainsKey(name);

    /// <exception cref="TemplateFaultException">There is no such filter.</exception>
    public static TemplateFilter Get(string name) => Filters.TryGetValue(name, out TemplateFilter? filter)
        ? filter
        : throw new TemplateFaultException($"filter '{name}' is not supported");
}
