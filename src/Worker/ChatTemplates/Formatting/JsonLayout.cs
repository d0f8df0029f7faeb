using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Formatting;

/// <summary>How JSON is laid out.</summary>
/// <param name="Indent">Put before a line for every level; null keeps everything on one line.</param>
/// <param name="ItemSeparator">Between items.</param>
/// <param name="KeySeparator">Between a key and its value.</param>
/// <param name="AsciiOnly">Whether other characters are escaped.</param>
/// <param name="SortKeys">Whether keys are in order.</param>
internal sealed record JsonLayout(
    TemplateText? Indent, TemplateText ItemSeparator, TemplateText KeySeparator, bool AsciiOnly, bool SortKeys)
{
    /// <summary>What Hugging Face's <c>tojson</c> does without arguments.</summary>
    public static readonly JsonLayout OneLine = new(
        null, TemplateText.Written(", "), TemplateText.Written(": "), AsciiOnly: false, SortKeys: false);
}
