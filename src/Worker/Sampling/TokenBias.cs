namespace Godwit.Worker.Sampling;

/// <summary>What is added to the logit of one token.</summary>
/// <param name="Id">Token id.</param>
/// <param name="Bias">Addend, finite.</param>
internal readonly record struct TokenBias(int Id, float Bias);
