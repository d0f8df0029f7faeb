using System.ComponentModel.DataAnnotations;

namespace Godwit.Router.Selection;

/// <summary>How the Router weighs what it knows. Weights and costs are in nats per UTF-8 byte, the unit of the losses.</summary>
internal sealed class SelectionOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Router:Selection";

    /// <summary>Id of the expert that is asked when the Router does not know better.</summary>
    [Required]
    public string Generalist { get; set; } = "general";

    /// <summary>How much better than the others the generalist is taken to be where nothing is predicted; 0 to 10.</summary>
    [Range(0.0, 10.0)]
    public double GeneralistMargin { get; set; } = 0.1;

    /// <summary>
    /// The generalist is asked instead of an expert whose predicted lead over it is less than so many standard deviations; 0: never; up
    /// to 10.
    /// </summary>
    [Range(0.0, 10.0)]
    public double AbstainDeviations { get; set; } = 0.05;

    /// <summary>The generalist is asked about prompts unlike all that the router was trained on.</summary>
    public bool AbstainOutOfDomain { get; set; }

    /// <summary>Weight of the goal <c>queue</c> that nobody asked for; 0 to 10.</summary>
    [Range(0.0, 10.0)]
    public double QueueWeight { get; set; } = 0.05;

    /// <summary>Cost of going on with another expert than before; 0 to 10.</summary>
    [Range(0.0, 10.0)]
    public double SwitchCost { get; set; } = 0.02;

    /// <summary>What is added to it per 1000 tokens that the other would have to compute again; 0 to 10.</summary>
    [Range(0.0, 10.0)]
    public double SwitchCostPer1000Tokens { get; set; } = 0.05;

    /// <summary>Most that a switch may cost; 0 to 10.</summary>
    [Range(0.0, 10.0)]
    public double MaxSwitchCost { get; set; } = 0.5;

    /// <summary>The same for the policy.</summary>
    public SelectionSettings ToSettings() => new()
    {
        Generalist = Generalist,
        GeneralistMargin = GeneralistMargin,
        AbstainDeviations = AbstainDeviations,
        AbstainOutOfDomain = AbstainOutOfDomain,
        QueueWeight = QueueWeight,
        SwitchCost = SwitchCost,
        SwitchCostPer1000Tokens = SwitchCostPer1000Tokens,
        MaxSwitchCost = MaxSwitchCost,
    };
}
