using System.Globalization;
using System.Net;
using System.Text;
using Godwit.Training.Selection.Evaluation.Metrics;
using Godwit.Training.Selection.Evaluation.Reports;

namespace Godwit.CommandLine.Eval;

/// <summary>A trade-off as SVG: mean loss against mean cost, a point per weight, the front as a line, the experts alone.</summary>
internal static class TradeOffPlot
{
    private const int Width = 640, Height = 420, Left = 70, Bottom = 60, Top = 40, Right = 30;

    /// <summary>The picture.</summary>
    public static string Draw(TradeOffReport report)
    {
        (double low, double high) costs = Range(
            [.. report.Points.Select(point => point.Cost), .. report.Experts.Select(expert => expert.Cost)]);
        (double low, double high) losses = Range(
            [.. report.Points.Select(point => point.Loss), .. report.Experts.Select(expert => expert.Loss)]);
        double X(double cost) => Left + ((Width - Left - Right) * (cost - costs.low) / (costs.high - costs.low));
        double Y(double loss) => Height - Bottom - ((Height - Top - Bottom) * (loss - losses.low) / (losses.high - losses.low));

        StringBuilder svg = new();
        Line(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Height}\"");
        Line(svg, $" font-family=\"sans-serif\" font-size=\"12\">");
        Line(svg, $"<rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
        Line(svg, $"<text x=\"{Left}\" y=\"24\" font-weight=\"bold\">Loss against {Encode(report.Goal)}, by its weight</text>");
        Line(svg, $"<path d=\"M{Left},{Top}V{Height - Bottom}H{Width - Right}\" fill=\"none\" stroke=\"black\"/>");
        for (int i = 0; i <= 4; i++)
        {
            double cost = costs.low + ((costs.high - costs.low) * i / 4), loss = losses.low + ((losses.high - losses.low) * i / 4);
            Line(svg, $"<text x=\"{X(cost):F1}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{cost:G3}</text>");
            Line(svg, $"<text x=\"{Left - 8}\" y=\"{Y(loss) + 4:F1}\" text-anchor=\"end\">{loss:F3}</text>");
        }

        Line(svg, $"<text x=\"{Width / 2}\" y=\"{Height - 16}\" text-anchor=\"middle\">mean cost, {Encode(report.Unit)}</text>");
        Line(svg, $"<text text-anchor=\"middle\" transform=\"translate(16 {Height / 2}) rotate(-90)\">mean loss, nats per byte</text>");
        foreach (ExpertPoint expert in report.Experts)
        {
            Line(svg, $"<rect x=\"{X(expert.Cost) - 3:F1}\" y=\"{Y(expert.Loss) - 3:F1}\" width=\"6\" height=\"6\" fill=\"#999\"/>");
            Line(svg, $"<text x=\"{X(expert.Cost) + 6:F1}\" y=\"{Y(expert.Loss) + 4:F1}\" fill=\"#666\">{Encode(expert.Id)}</text>");
        }

        string front = string.Join(' ', report.Front.Select(point => Text($"{X(point.Cost):F1},{Y(point.Loss):F1}")));
        Line(svg, $"<polyline points=\"{front}\" fill=\"none\" stroke=\"#1b6ca8\" stroke-width=\"2\"/>");
        foreach (TradeOff point in report.Points)
        {
            Line(svg, $"<circle cx=\"{X(point.Cost):F1}\" cy=\"{Y(point.Loss):F1}\" r=\"3\" fill=\"#1b6ca8\">");
            Line(svg, $"<title>weight {point.Weight:G3}</title></circle>");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static (double Low, double High) Range(double[] values)
    {
        double low = values.Min(), high = values.Max();
        double margin = high > low ? (high - low) * 0.05 : Math.Max(1e-3, Math.Abs(high) * 0.05);
        return (low - margin, high + margin);
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static void Line(StringBuilder svg, FormattableString text) => svg.Append(Text(text)).Append('\n');

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
