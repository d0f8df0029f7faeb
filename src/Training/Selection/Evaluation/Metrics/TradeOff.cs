namespace Godwit.Training.Selection.Evaluation.Metrics;

/// <summary>What one weight of a goal buys: a point of the plane of cost and loss.</summary>
/// <param name="Weight">λ of the goal.</param>
/// <param name="Cost">Mean cost of the chosen experts, in the goal's unit; lower is better.</param>
/// <param name="Loss">Their mean true loss, in nats per byte; lower is better.</param>
public readonly record struct TradeOff(double Weight, double Cost, double Loss);
