using System.Globalization;
using System.Text;

namespace Godwit.Worker.ChatTemplates.Formatting;

/// <summary>
/// Python's <c>strftime</c> for a time without a zone, in the C locale, with the flags of glibc (<c>%-d</c>: no padding). What is no
/// directive stands for itself.
/// </summary>
internal static class PythonTime
{
    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    /// <summary>The time in a format.</summary>
    public static string Write(DateTimeOffset time, string format)
    {
        var text = new StringBuilder(format.Length + 16);
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            int start = i++;
            char flag = '\0';
            while (i + 1 < format.Length && format[i] is '-' or '_' or '0' or '^')
            {
                flag = format[i++];
            }

            text.Append(Directive(time, format[i]) is { } part ? Flagged(part, flag) : format.AsSpan(start, i - start + 1));
        }

        return text.ToString();
    }

    private static string Flagged(string part, char flag)
    {
        if (flag == '^')
        {
            return part.ToUpperInvariant();
        }

        string bare = part.TrimStart('0', ' ') is { Length: > 0 } some ? some : "0";
        return flag == '\0' || !char.IsAsciiDigit(part[^1]) || !char.IsAsciiDigit(bare[0]) ? part : flag switch
        {
            '-' => bare,
            '_' => bare.PadLeft(part.Length, ' '),
            _ => bare.PadLeft(part.Length, '0'),
        };
    }

    private static string? Directive(DateTimeOffset time, char directive) => directive switch
    {
        'Y' => time.Year.ToString(English),
        'C' => Two(time.Year / 100),
        'y' => Two(time.Year % 100),
        'G' => ISOWeek.GetYear(time.DateTime).ToString(English),
        'g' => Two(ISOWeek.GetYear(time.DateTime) % 100),
        'm' => Two(time.Month),
        'B' => time.ToString("MMMM", English),
        'b' or 'h' => time.ToString("MMM", English),
        'd' => Two(time.Day),
        'e' => time.Day.ToString(English).PadLeft(2),
        'j' => time.DayOfYear.ToString("000", English),
        'A' => time.ToString("dddd", English),
        'a' => time.ToString("ddd", English),
        'w' => ((int)time.DayOfWeek).ToString(English),
        'u' => (time.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)time.DayOfWeek).ToString(English),
        'V' => Two(ISOWeek.GetWeekOfYear(time.DateTime)),
        'U' => Two((time.DayOfYear + 6 - (int)time.DayOfWeek) / 7),
        'W' => Two((time.DayOfYear + 6 - (((int)time.DayOfWeek + 6) % 7)) / 7),
        _ => Clock(time, directive),
    };

    private static string? Clock(DateTimeOffset time, char directive) => directive switch
    {
        'H' => Two(time.Hour),
        'k' => time.Hour.ToString(English).PadLeft(2),
        'I' => Two(((time.Hour + 11) % 12) + 1),
        'l' => (((time.Hour + 11) % 12) + 1).ToString(English).PadLeft(2),
        'M' => Two(time.Minute),
        'S' => Two(time.Second),
        'f' => (time.Ticks % TimeSpan.TicksPerSecond / 10).ToString("000000", English),
        'p' => time.Hour < 12 ? "AM" : "PM",
        'P' => time.Hour < 12 ? "am" : "pm",
        's' => time.ToUnixTimeSeconds().ToString(English),
        'z' or 'Z' => "",
        'D' or 'x' => time.ToString("MM'/'dd'/'yy", English),
        'F' => time.ToString("yyyy'-'MM'-'dd", English),
        'T' or 'X' => time.ToString("HH':'mm':'ss", English),
        'R' => time.ToString("HH':'mm", English),
        'r' => time.ToString("hh':'mm':'ss ", English) + (time.Hour < 12 ? "AM" : "PM"),
        'c' => time.ToString("ddd MMM ", English) + time.Day.ToString(English).PadLeft(2) + time.ToString(" HH':'mm':'ss yyyy", English),
        'n' => "\n",
        't' => "\t",
        '%' => "%",
        _ => null,
    };

    private static string Two(int number) => number.ToString("00", English);
}
