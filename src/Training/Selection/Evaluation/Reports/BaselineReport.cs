using Godwit.Training.Selection.Evaluation.Metrics;

namespace Godwit.Training.Selection.Evaluation.Reports;

/// <summary>A baseline beside the router.</summary>
public sealed record BaselineReport : SelectionFigures
{
    /// <summary>Takes its figures.</summary>
    public BaselineReport(SelectionFigures figures)
        : base(figures)
    {
    }

    /// <summary>Its regret less the router's, nats per byte: above 0 the router is better.</summary>
    public double RegretOverRouter { get; init; }

    /// <summary>Interval of that, paired by prompt; one that does not hold 0 is a difference that is more than chance.</summary>
    public Interval RegretOverRouterInterval { get; init; }
}
