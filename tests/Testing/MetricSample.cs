namespace Godwit.Testing;

/// <summary>One line of a metric.</summary>
/// <param name="Name">Its name, with the suffix that a histogram's have.</param>
/// <param name="Labels">Its labels, sorted.</param>
/// <param name="Value">Its value.</param>
public sealed record MetricSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    /// <summary>Labels in one string, without one of them.</summary>
    public string LabelsWithout(string name) => string.Join(',', Labels.Where(l => l.Key != name).Select(l => $"{l.Key}={l.Value}"));
}
