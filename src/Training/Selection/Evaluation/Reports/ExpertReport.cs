namespace Godwit.Training.Selection.Evaluation.Reports;

/// <summary>One expert on the held-out prompts.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Loss">Its mean true loss, nats per byte.</param>
/// <param name="Best">Share of prompts on which it is truly best.</param>
/// <param name="Chosen">Share of prompts that the router gives it. One that takes all is the sign of a router that has collapsed.</param>
/// <param name="Error">Mean distance of its predicted from its true loss.</param>
/// <param name="Ece">Expected calibration error of its predicted loss, ten bins, nats per byte.</param>
public sealed record ExpertReport(string Id, double Loss, double Best, double Chosen, double Error, double Ece);
