using System.Globalization;

namespace Godwit.Testing;

/// <summary>A metric with all its samples.</summary>
/// <param name="name">Its name.</param>
/// <param name="type">counter, gauge or histogram.</param>
public sealed class MetricFamily(string name, string type)
{
    private readonly List<MetricSample> _samples = [];

    /// <summary>Its type.</summary>
    public string Type => type;

    /// <summary>Its samples.</summary>
    public IReadOnlyList<MetricSample> Samples => _samples;

    /// <summary>The value of its only sample with that suffix and these labels.</summary>
    public double Value(string suffix = "", params (string Name, string Value)[] labels) => _samples
        .Single(s => s.Name == name + suffix && labels.All(l => s.Labels.GetValueOrDefault(l.Name) == l.Value)).Value;

    internal void Add(MetricSample sample)
    {
        string suffix = sample.Name.StartsWith(name, StringComparison.Ordinal) ? sample.Name[name.Length..] : "?";
        PrometheusText.Require(
            type == "histogram" ? suffix is "_bucket" or "_sum" or "_count" : suffix.Length == 0, $"{sample.Name} is no sample of {name}");
        PrometheusText.Require(sample.Labels.ContainsKey("le") == (suffix == "_bucket"), $"le is for buckets: {sample.Name}");
        PrometheusText.Require(
            _samples.TrueForAll(s => s.Name != sample.Name || s.LabelsWithout("") != sample.LabelsWithout("")), $"twice: {sample.Name}");
        PrometheusText.Require(type == "gauge" || sample.Value >= 0, $"{sample.Name} is {sample.Value}");
        _samples.Add(sample);
    }

    internal void Verify()
    {
        foreach (IGrouping<string, MetricSample> series in _samples.GroupBy(s => s.LabelsWithout("le")).Where(_ => type == "histogram"))
        {
            MetricSample[] buckets = [.. series.Where(s => s.Name.EndsWith("_bucket", StringComparison.Ordinal))];
            double[] bounds = [.. buckets.Select(b => b.Labels["le"]).Select(bound =>
                bound == "+Inf" ? double.PositiveInfinity : double.Parse(bound, CultureInfo.InvariantCulture))];
            PrometheusText.Require(bounds.LastOrDefault() == double.PositiveInfinity, $"last bound of {name}");
            PrometheusText.Require(bounds.SequenceEqual(bounds.Order()), $"bounds of {name}");
            PrometheusText.Require(buckets.Select(b => b.Value).SequenceEqual(buckets.Select(b => b.Value).Order()), $"counts of {name}");
            PrometheusText.Require(series.Single(s => s.Name == name + "_count").Value == buckets[^1].Value, $"count of {name}");
            PrometheusText.Require(series.Count(s => s.Name == name + "_sum") == 1, $"sum of {name}");
        }
    }
}
