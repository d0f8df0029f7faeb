using Godwit.Contracts.Selection;

namespace Godwit.Router.Selection;

/// <summary>A number per goal, in the order of <see cref="GoalNames.All"/>: weights λ, or costs C.</summary>
internal sealed class GoalWeights
{
    private readonly double[] _values;

    private GoalWeights(double[] values) => _values = values;

    /// <summary>Number of goals.</summary>
    public static int Count => GoalNames.All.Count;

    /// <summary>All of them 0.</summary>
    public static GoalWeights None { get; } = new(new double[Count]);

    /// <summary>The number of the goal with that index.</summary>
    public double this[int goal] => _values[goal];

    /// <summary>These numbers.</summary>
    public static GoalWeights Of(IReadOnlyDictionary<string, double> weights) => None.With(weights);

    /// <summary>A preset's.</summary>
    public static GoalWeights OfPreset(string? preset, SelectionSettings settings) => Of(preset switch
    {
        PresetNames.Best => new Dictionary<string, double>(),
        PresetNames.Fast => new Dictionary<string, double>
        {
            [GoalNames.Latency] = 0.5,
            [GoalNames.Queue] = 0.25,
        },
        PresetNames.Small => new Dictionary<string, double>
        {
            [GoalNames.Size] = 0.5,
            [GoalNames.Queue] = settings.QueueWeight,
        },
        _ => new Dictionary<string, double>
        {
            [GoalNames.Queue] = settings.QueueWeight,
        },
    });

    /// <summary>Index of a goal; −1: there is no such goal.</summary>
    public static int IndexOf(string goal)
    {
        for (int i = 0; i < Count; i++)
        {
            if (GoalNames.All[i] == goal)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The same with those of <paramref name="weights"/> in their place; goals that do not exist are passed over.</summary>
    public GoalWeights With(IReadOnlyDictionary<string, double>? weights)
    {
        if (weights is null or { Count: 0 })
        {
            return this;
        }

        double[] values = [.. _values];
        foreach ((string goal, double weight) in weights)
        {
            if (IndexOf(goal) is >= 0 and int index)
            {
                values[index] = weight;
            }
        }

        return new GoalWeights(values);
    }

    /// <summary>The same with one number changed.</summary>
    public GoalWeights With(int goal, double weight)
    {
        double[] values = [.. _values];
        values[goal] = weight;
        return new GoalWeights(values);
    }

    /// <summary>Sum of weights times costs.</summary>
    public double Times(ReadOnlySpan<double> costs)
    {
        double sum = 0;
        for (int i = 0; i < costs.Length; i++)
        {
            sum += _values[i] * costs[i];
        }

        return sum;
    }

    /// <summary>The weights that are not 0, by name.</summary>
    public IReadOnlyDictionary<string, double> ByName()
    {
        Dictionary<string, double> named = new(StringComparer.Ordinal);
        for (int i = 0; i < _values.Length; i++)
        {
            if (_values[i] != 0)
            {
                named.Add(GoalNames.All[i], _values[i]);
            }
        }

        return named;
    }
}
