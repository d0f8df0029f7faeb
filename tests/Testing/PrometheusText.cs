using System.Globalization;
using System.Text.RegularExpressions;

namespace Godwit.Testing;

/// <summary>
/// Reads Prometheus' text format 0.0.4, strictly: whatever its specification does not allow, or a scraper would drop, is a
/// <see cref="FormatException"/>.
/// </summary>
public static partial class PrometheusText
{
    /// <summary>The families of a text, by name.</summary>
    public static IReadOnlyDictionary<string, MetricFamily> Parse(string text)
    {
        Require(text.EndsWith('\n') && !text.Contains('\r'), "lines end with a line feed");
        var families = new Dictionary<string, MetricFamily>();
        MetricFamily? family = null;
        string? help = null;
        foreach (string line in text.Split('\n')[..^1])
        {
            Match comment = Comment().Match(line);
            if (comment.Success && comment.Groups[1].Value == "HELP")
            {
                Require(help is null, $"a HELP without a TYPE before: {line}");
                help = comment.Groups[2].Value;
                Require(!families.ContainsKey(help), $"a second group of {help}");
            }
            else if (comment.Success)
            {
                string name = comment.Groups[2].Value;
                Require(help == name, $"HELP of another family, or none, before: {line}");
                Require(comment.Groups[3].Value is "counter" or "gauge" or "histogram", line);
                family = new MetricFamily(name, comment.Groups[3].Value);
                Require(families.TryAdd(name, family), $"a second TYPE of {name}");
                help = null;
            }
            else
            {
                Require(family is not null && help is null, $"a sample outside a family: {line}");
                family!.Add(ParseSample(line));
            }
        }

        Require(help is null, "a HELP at the end");
        foreach (MetricFamily checkedFamily in families.Values)
        {
            checkedFamily.Verify();
        }

        return families;
    }

    internal static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new FormatException(problem);
        }
    }

    private static MetricSample ParseSample(string line)
    {
        Match match = Sample().Match(line);
        Require(match.Success, $"no sample: {line}");
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (Match label in Label().Matches(match.Groups[2].Value))
        {
            string value = label.Groups[2].Value.Replace("\\\"", "\"").Replace("\\n", "\n").Replace("\\\\", "\\");
            Require(labels.TryAdd(label.Groups[1].Value, value), $"a label twice: {line}");
        }

        string number = match.Groups[3].Value;
        double parsed = number switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture),
        };
        return new MetricSample(match.Groups[1].Value, labels, parsed);
    }

    [GeneratedRegex(@"^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$")]
    private static partial Regex Comment();

    [GeneratedRegex(
        """^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (\+Inf|-Inf|NaN|-?[0-9][0-9.eE+-]*)$""")]
    private static partial Regex Sample();

    [GeneratedRegex("""([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)",?""")]
    private static partial Regex Label();
}
