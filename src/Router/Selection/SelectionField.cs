using Godwit.Contracts.Selection;
using Godwit.Router.Library;

namespace Godwit.Router.Selection;

/// <summary>
/// The eligible experts of one selection with everything that does not depend on the weights, so that the question "and with that
/// weight?" is cheap to ask.
/// </summary>
internal sealed class SelectionField
{
    private readonly SelectionInputs _inputs;
    private readonly double[] _losses;
    private readonly double[] _deviations;
    private readonly int _generalist;
    private readonly int _previous;
    private readonly bool _isPredicted;

    private SelectionField(SelectionInputs inputs, string?[] excluded)
    {
        _inputs = inputs;
        Excluded = excluded;
        Candidates = [.. Enumerable.Range(0, excluded.Length).Where(i => excluded[i] is null)];
        _isPredicted = Candidates.Any(i => inputs.Candidates[i].Forecast is not null);
        ExpertFacts[] facts = [.. Candidates.Select(i => inputs.Candidates[i].Facts)];
        Costs = CostScale.Of(facts);
        _generalist = Array.FindIndex(facts, expert => expert.Id == inputs.Settings.Generalist);
        _previous = inputs.ByLossAlone ? -1 : Array.FindIndex(facts, expert => expert.Id == inputs.Request.Previous);
        SwitchCost = _previous < 0 ? 0 : CostOfSwitch(inputs);
        _losses = new double[Candidates.Count];
        _deviations = new double[Candidates.Count];
        for (int i = 0; i < _losses.Length; i++)
        {
            Forecast? forecast = inputs.Candidates[Candidates[i]].Forecast;
            _losses[i] = forecast?.Loss ?? (i == _generalist ? 0 : inputs.Settings.GeneralistMargin);
            _deviations[i] = forecast?.Deviation ?? double.NaN;
        }
    }

    /// <summary>Number of eligible experts.</summary>
    public int Count => Candidates.Count;

    /// <summary>Their indexes among the candidates, ascending.</summary>
    public IReadOnlyList<int> Candidates { get; }

    /// <summary>Per candidate why it may not be chosen; null: it may.</summary>
    public IReadOnlyList<string?> Excluded { get; }

    /// <summary>Per eligible expert its costs.</summary>
    public double[][] Costs { get; }

    /// <summary>What choosing another expert than before costs.</summary>
    public double SwitchCost { get; }

    /// <summary>Sorts out who may not be chosen, and prepares the rest.</summary>
    public static SelectionField Of(SelectionInputs inputs)
    {
        string?[] excluded = HardConstraints.Check(inputs.Request, inputs.Candidates);
        bool predicted = false;
        for (int i = 0; i < excluded.Length; i++)
        {
            predicted |= excluded[i] is null && inputs.Candidates[i].Forecast is not null;
        }

        // An expert of which nothing is known cannot be compared with those of which something is.
        for (int i = 0; i < excluded.Length && predicted; i++)
        {
            if (excluded[i] is null && inputs.Candidates[i].Forecast is null)
            {
                excluded[i] = ExclusionReasons.NoPrediction;
            }
        }

        return new SelectionField(inputs, excluded);
    }

    /// <summary>Loss, weighted costs and switch of an eligible expert.</summary>
    public double Total(int index, GoalWeights weights) => _losses[index] + Surcharge(index, weights);

    /// <summary>Chooses under these weights.</summary>
    public SelectionChoice Choose(GoalWeights weights)
    {
        int winner = Least(index => Total(index, weights));
        if (Count <= 1)
        {
            return new SelectionChoice(winner, winner, SelectionReasons.OnlyCandidate);
        }

        if (!_isPredicted)
        {
            return new SelectionChoice(winner, winner, SelectionReasons.NoRouter);
        }

        if (winner == _previous)
        {
            int best = Least(index => _losses[index] + weights.Times(Costs[index]));
            return new SelectionChoice(winner, winner, best == winner ? SelectionReasons.LowestCost : SelectionReasons.Sticky);
        }

        return Doubt(winner, weights) is { } doubt
            ? new SelectionChoice(_generalist, winner, doubt, Abstained: true)
            : new SelectionChoice(winner, winner, SelectionReasons.LowestCost);
    }

    // Why the generalist should have it after all; null: it should not.
    private string? Doubt(int winner, GoalWeights weights)
    {
        if (_inputs.ByLossAlone || _generalist < 0 || winner == _generalist)
        {
            return null;
        }

        // What is predicted of such a prompt says nothing; what was asked for beside accuracy still counts.
        SelectionSettings settings = _inputs.Settings;
        if (_inputs.IsOutOfDomain && settings.AbstainOutOfDomain
            && Surcharge(_generalist, weights) <= Surcharge(winner, weights) + settings.GeneralistMargin)
        {
            return SelectionReasons.OutOfDomain;
        }

        double lead = Total(_generalist, weights) - Total(winner, weights);
        double deviation = Math.Sqrt((_deviations[winner] * _deviations[winner]) + (_deviations[_generalist] * _deviations[_generalist]));
        return lead < settings.AbstainDeviations * deviation ? SelectionReasons.Abstained : null;
    }

    private static double CostOfSwitch(SelectionInputs inputs)
    {
        SelectionSettings settings = inputs.Settings;
        double cost = settings.SwitchCost + (settings.SwitchCostPer1000Tokens * Math.Max(0, inputs.Request.PreviousTokens) / 1000);
        return Math.Min(cost, settings.MaxSwitchCost);
    }

    private double Surcharge(int index, GoalWeights weights) =>
        weights.Times(Costs[index]) + (_previous >= 0 && index != _previous ? SwitchCost : 0);

    private int Least(Func<int, double> of)
    {
        int least = -1;
        double lowest = double.PositiveInfinity;
        for (int i = 0; i < Count; i++)
        {
            double value = of(i);
            if (value < lowest || least < 0)
            {
                (least, lowest) = (i, value);
            }
        }

        return least;
    }
}
