namespace Godwit.CommandLine.Bench;

/// <summary>One step of an engine.</summary>
/// <param name="End">Timestamp of its end.</param>
/// <param name="PromptRows">Tokens of prompts computed.</param>
/// <param name="Sampled">Tokens sampled: rows whose logits were wanted.</param>
/// <param name="Context">Tokens whose keys and values its sequences attend to, all together.</param>
internal readonly record struct LoggedStep(long End, int PromptRows, int Sampled, long Context);
