using System.Globalization;
using System.Net;
using System.Text;
using Godwit.Scheduler.Simulation;

namespace Godwit.CommandLine.Simulate;

/// <summary>
/// Curves as SVG: P99 and mean of TTFT, P99 of TPOT and mean latency against the rate, a line per policy, on logarithmic scales. One rate
/// gives points.
/// </summary>
internal static class CurvePlot
{
    private const int Width = 460, Height = 300, Left = 60, Bottom = 40, Top = 30, Right = 20;

    private static readonly string[] s_colours = ["#1b6ca8", "#c8553d", "#4c9f70", "#8d6a9f", "#b08900"];

    private static readonly (string Title, Func<PolicyReport, double> Figure)[] s_panels =
    [
        ("TTFT P99, s", policy => policy.TtftS.P99),
        ("TTFT mean, s", policy => policy.TtftS.Mean),
        ("TPOT P99, s", policy => policy.TpotS.P99),
        ("latency mean, s", policy => policy.LatencyS.Mean),
    ];

    /// <summary>The picture.</summary>
    public static string Draw(IReadOnlyList<SimulationReport> reports)
    {
        StringBuilder svg = new();
        Line(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width * 2}\" height=\"{(Height * 2) + 30}\"");
        Line(svg, $" font-family=\"sans-serif\" font-size=\"12\">");
        Line(svg, $"<rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
        for (int i = 0; i < s_panels.Length; i++)
        {
            Panel(svg, reports, s_panels[i].Title, s_panels[i].Figure, i % 2 * Width, i / 2 * Height);
        }

        for (int i = 0; i < reports[0].Policies.Count; i++)
        {
            string name = WebUtility.HtmlEncode(reports[0].Policies[i].Name);
            Line(svg, $"<text x=\"{Left + (i * 130)}\" y=\"{(Height * 2) + 16}\" fill=\"{Colour(i)}\">{name}</text>");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Panel(
        StringBuilder svg, IReadOnlyList<SimulationReport> reports, string title, Func<PolicyReport, double> figure, int x, int y)
    {
        double lowRate = reports.Min(report => report.Rate), highRate = reports.Max(report => report.Rate);
        double[] values = [.. reports.SelectMany(report => report.Policies).Select(policy => Math.Max(1e-3, figure(policy)))];
        double low = Math.Log10(values.Min()) - 0.05, high = Math.Log10(values.Max()) + 0.05;
        double X(double rate) =>
            x + Left + ((Width - Left - Right) * (highRate > lowRate ? (rate - lowRate) / (highRate - lowRate) : 0.5));
        double Y(double value) => y + Height - Bottom - ((Height - Top - Bottom) * (Math.Log10(Math.Max(1e-3, value)) - low) / (high - low));

        string workload = WebUtility.HtmlEncode(reports[0].Workload);
        Line(svg, $"<text x=\"{x + Left}\" y=\"{y + 20}\" font-weight=\"bold\">{workload}: {title}</text>");
        Line(svg, $"<path d=\"M{x + Left},{y + Top}V{y + Height - Bottom}H{x + Width - Right}\" fill=\"none\" stroke=\"black\"/>");
        foreach (double value in (double[])[values.Min(), values.Max()])
        {
            Line(svg, $"<text x=\"{x + Left - 6}\" y=\"{Y(value) + 4:F1}\" text-anchor=\"end\">{value:G3}</text>");
        }

        foreach (SimulationReport report in reports)
        {
            Line(svg, $"<text x=\"{X(report.Rate):F1}\" y=\"{y + Height - Bottom + 16}\" text-anchor=\"middle\">{report.Rate:G4}</text>");
        }

        Line(svg, $"<text x=\"{x + (Width / 2)}\" y=\"{y + Height - 6}\" text-anchor=\"middle\">requests/s</text>");
        for (int p = 0; p < reports[0].Policies.Count; p++)
        {
            string points = string.Join(' ', reports.Select(report => Text($"{X(report.Rate):F1},{Y(figure(report.Policies[p])):F1}")));
            Line(svg, $"<polyline points=\"{points}\" fill=\"none\" stroke=\"{Colour(p)}\" stroke-width=\"2\"/>");
            foreach (SimulationReport report in reports)
            {
                Line(svg, $"<circle cx=\"{X(report.Rate):F1}\" cy=\"{Y(figure(report.Policies[p])):F1}\" r=\"3\" fill=\"{Colour(p)}\"/>");
            }
        }
    }

    private static string Colour(int index) => s_colours[index % s_colours.Length];

    private static void Line(StringBuilder svg, FormattableString text) => svg.Append(Text(text)).Append('\n');

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
