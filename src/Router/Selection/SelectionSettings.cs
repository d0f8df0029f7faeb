namespace Godwit.Router.Selection;

/// <summary>How the policy weighs what it knows; <see cref="SelectionOptions"/> says what each figure is.</summary>
internal sealed record SelectionSettings
{
    /// <summary>Id of the expert that is asked when nothing better is known.</summary>
    public string Generalist { get; init; } = "general";

    /// <summary>Its lead where nothing is predicted, nats per byte.</summary>
    public double GeneralistMargin { get; init; } = 0.1;

    /// <summary>Standard deviations that a lead over it must have; 0: any lead counts.</summary>
    public double AbstainDeviations { get; init; } = 0.05;

    /// <summary>It is asked about prompts out of domain.</summary>
    public bool AbstainOutOfDomain { get; init; }

    /// <summary>Weight of the queue that nobody asked for.</summary>
    public double QueueWeight { get; init; } = 0.05;

    /// <summary>Cost of a switch, nats per byte.</summary>
    public double SwitchCost { get; init; } = 0.02;

    /// <summary>What 1000 tokens add to it.</summary>
    public double SwitchCostPer1000Tokens { get; init; } = 0.05;

    /// <summary>The most it can be.</summary>
    public double MaxSwitchCost { get; init; } = 0.5;
}
