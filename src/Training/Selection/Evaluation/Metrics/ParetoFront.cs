namespace Godwit.Training.Selection.Evaluation.Metrics;

/// <summary>Points that no other point beats in both cost and loss.</summary>
public static class ParetoFront
{
    /// <summary>The front, by rising cost and falling loss.</summary>
    public static IReadOnlyList<TradeOff> Of(IEnumerable<TradeOff> points)
    {
        List<TradeOff> front = [];
        foreach (TradeOff point in points.OrderBy(point => point.Cost).ThenBy(point => point.Loss))
        {
            if (front.Count == 0 || point.Loss < front[^1].Loss)
            {
                front.Add(point);
            }
        }

        return front;
    }

    /// <summary>
    /// Area that the points dominate, below and left of a reference. Points beyond the reference add nothing. In units of cost × loss.
    /// </summary>
    /// <param name="points">Any points, not only a front.</param>
    /// <param name="referenceCost">The dearest cost.</param>
    /// <param name="referenceLoss">The worst loss.</param>
    public static double Hypervolume(IEnumerable<TradeOff> points, double referenceCost, double referenceLoss)
    {
        double area = 0, loss = referenceLoss;
        foreach (TradeOff point in Of(points).Where(point => point.Cost < referenceCost))
        {
            area += (referenceCost - point.Cost) * Math.Max(0, loss - point.Loss);
            loss = Math.Min(loss, point.Loss);
        }

        return area;
    }
}
