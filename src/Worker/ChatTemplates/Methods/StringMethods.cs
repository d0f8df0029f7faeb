using System.Collections.Frozen;
using Godwit.Worker.ChatTemplates.Formatting;
using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Texts;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Methods;

/// <summary>The methods of Python's <c>str</c>.</summary>
internal static class StringMethods
{
    private delegate Value Method(TemplateText text, CallArguments arguments, RenderBudget budget);

    private static readonly FrozenDictionary<string, Method> Table = new Dictionary<string, Method>
    {
        ["capitalize"] = Simple(TextCase.Capitalize),
        ["casefold"] = Simple(TextCase.Lower),
        ["center"] = (text, a, budget) => Pad(text, a, budget, "center"),
        ["count"] = Count,
        ["endswith"] = (text, a, budget) => BoolValue.Of(
            Affixes(a, "endswith").Any(end => Scanned(text, budget).EndsWith(end, StringComparison.Ordinal))),
        ["find"] = (text, a, budget) => new IntValue(Find(text, a, "find", budget)),
        ["format"] = (text, a, budget) => new StringValue(BraceFormat.Write(text, a, budget)),
        ["index"] = (text, a, budget) => Index(text, a, "index", budget),
        ["isalnum"] = Every(char.IsLetterOrDigit),
        ["isalpha"] = Every(char.IsLetter),
        ["isascii"] = (text, _, budget) => BoolValue.Of(Scanned(text, budget).All(char.IsAscii)),
        ["isdecimal"] = Every(char.IsDigit),
        ["isdigit"] = Every(char.IsDigit),
        ["islower"] = (text, _, budget) => BoolValue.Of(TextCase.IsLower(Scanned(text, budget))),
        ["isnumeric"] = Every(char.IsNumber),
        ["isspace"] = Every(WhiteSpace.Is),
        ["istitle"] = (text, _, budget) => BoolValue.Of(
            Scanned(text, budget).Any(char.IsLetter) && TextCase.Title(text).Content == text.Content),
        ["isupper"] = (text, _, budget) => BoolValue.Of(TextCase.IsUpper(Scanned(text, budget))),
        ["join"] = (text, a, budget) => TextJoin.Strict(text, a.Bind("join", "iterable").Required(0), budget),
        ["ljust"] = (text, a, budget) => Pad(text, a, budget, "ljust"),
        ["lower"] = Simple(TextCase.Lower),
        ["lstrip"] = (text, a, budget) => Strip(text, a, "lstrip", budget),
        ["partition"] = (text, a, budget) => TextSplit.Partition(text, a.Bind("partition", "sep").Text(0).Content, budget),
        ["removeprefix"] = (text, a, budget) => a.Bind("removeprefix", "prefix").Text(0).Content is var start
            && Scanned(text, budget).StartsWith(start, StringComparison.Ordinal) ? Made(text[start.Length..], budget) : new StringValue(text),
        ["removesuffix"] = (text, a, budget) => a.Bind("removesuffix", "suffix").Text(0).Content is var end
            && Scanned(text, budget).EndsWith(end, StringComparison.Ordinal) ? Made(text[..^end.Length], budget) : new StringValue(text),
        ["replace"] = Replace,
        ["rfind"] = (text, a, budget) => new IntValue(Find(text, a, "rfind", budget)),
        ["rindex"] = (text, a, budget) => Index(text, a, "rindex", budget),
        ["rjust"] = (text, a, budget) => Pad(text, a, budget, "rjust"),
        ["rpartition"] = (text, a, budget) => TextSplit.PartitionLast(text, a.Bind("rpartition", "sep").Text(0).Content, budget),
        ["rsplit"] = (text, a, budget) => Split(text, a, "rsplit", budget),
        ["rstrip"] = (text, a, budget) => Strip(text, a, "rstrip", budget),
        ["split"] = (text, a, budget) => Split(text, a, "split", budget),
        ["splitlines"] = (text, a, budget) => TextSplit.Lines(text, a.Bind("splitlines", "keepends").Flag(0), budget),
        ["startswith"] = (text, a, budget) => BoolValue.Of(
            Affixes(a, "startswith").Any(start => Scanned(text, budget).StartsWith(start, StringComparison.Ordinal))),
        ["strip"] = (text, a, budget) => Strip(text, a, "strip", budget),
        ["swapcase"] = Simple(TextCase.Swap),
        ["title"] = Simple(TextCase.Title),
        ["upper"] = Simple(TextCase.Upper),
        ["zfill"] = (text, a, budget) => Pad(text, a, budget, "zfill"),
    }.ToFrozenDictionary();

    /// <summary>A method with its text; null when there is no such method.</summary>
    public static CallableValue? Find(TemplateText text, string name, RenderBudget budget) => Table.TryGetValue(name, out Method? method)
        ? new CallableValue(name, arguments => method(text, arguments, budget))
        : null;

    private static Method Simple(Func<TemplateText, TemplateText> change) => (text, _, budget) =>
    {
        budget.Scan(text.Length);
        return Made(change(text), budget);
    };

    private static Method Every(Func<char, bool> test) =>
        (text, _, budget) => BoolValue.Of(text.Length > 0 && Scanned(text, budget).All(test));

    private static StringValue Made(TemplateText text, RenderBudget budget)
    {
        budget.Make(text.Length);
        return new StringValue(text);
    }

    private static string Scanned(TemplateText text, RenderBudget budget)
    {
        budget.Scan(text.Length);
        return text.Content;
    }

    private static IEnumerable<string> Affixes(CallArguments arguments, string method) => arguments.Bind(method, "affix").Required(0) switch
    {
        StringValue text => [text.Content],
        SequenceValue several => several.Items.Select(i => i is StringValue text ? text.Content : throw WrongAffix(method)),
        _ => throw WrongAffix(method),
    };

    private static TemplateFaultException WrongAffix(string method) => new($"{method}() needs a string or a tuple of strings");

    private static StringValue Strip(TemplateText text, CallArguments arguments, string method, RenderBudget budget)
    {
        string? chars = arguments.Bind(method, "chars").Text(0, null)?.Content;
        return Made(TextTrim.Strip(text, chars, start: method != "rstrip", end: method != "lstrip", budget), budget);
    }

    private static ListValue Split(TemplateText text, CallArguments arguments, string method, RenderBudget budget)
    {
        BoundArguments bound = arguments.Bind(method, "sep", "maxsplit");
        int most = bound.Integer(1, -1);
        return TextSplit.Split(text, bound.Text(0, null)?.Content, most < 0 ? int.MaxValue : most, fromEnd: method == "rsplit", budget);
    }

    private static StringValue Replace(TemplateText text, CallArguments arguments, RenderBudget budget)
    {
        BoundArguments bound = arguments.Bind("replace", "old", "new", "count");
        return new StringValue(TextReplace.Replace(text, bound.Text(0).Content, bound.Text(1), bound.Integer(2, -1), budget));
    }

    private static IntValue Count(TemplateText text, CallArguments arguments, RenderBudget budget)
    {
        string part = arguments.Bind("count", "sub").Text(0).Content;
        return new IntValue(part.Length == 0 ? CodePoints.Count(Scanned(text, budget)) + 1
            : TextSearch.All(text.Content, part, int.MaxValue, budget).Count);
    }

    private static int Find(TemplateText text, CallArguments arguments, string method, RenderBudget budget)
    {
        BoundArguments bound = arguments.Bind(method, "sub", "start");
        string part = bound.Text(0).Content;
        int from = bound.Integer(1, 0);
        int[]? starts = CodePoints.Starts(Scanned(text, budget));
        int length = starts is null ? text.Length : starts.Length - 1;
        from = from < 0 ? Math.Max(0, from + length) : from;
        if (from > length)
        {
            return -1;
        }

        int start = starts is null ? from : starts[from];
        int found = method[0] == 'r'
            ? TextSearch.LastIndexOf(text.Content[start..], part, budget) is var last and >= 0 ? last + start : -1
            : TextSearch.IndexOf(text.Content, part, start, budget);
        return found < 0 || starts is null ? found : Array.BinarySearch(starts, found);
    }

    private static IntValue Index(TemplateText text, CallArguments arguments, string method, RenderBudget budget) =>
        Find(text, arguments, method, budget) is var found and >= 0
            ? new IntValue(found)
            : throw new TemplateFaultException($"{method}() did not find the substring");

    private static StringValue Pad(TemplateText text, CallArguments arguments, RenderBudget budget, string method)
    {
        BoundArguments bound = arguments.Bind(method, "width", "fillchar");
        TemplateText fill = bound.Text(1, null) ?? TemplateText.Written(method == "zfill" ? "0" : " ");
        return Made(TextPad.Pad(text, bound.Integer(0, 0), fill, method, budget), budget);
    }
}
