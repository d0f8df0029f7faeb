namespace Godwit.Worker.ToolCalls;

/// <summary>A stretch of an output that is known to be one thing.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text; for a call that begins the function's name.</param>
/// <param name="Call">Index of the call, from 0; 0 for content and reasoning.</param>
internal readonly record struct OutputDelta(OutputDeltaKind Kind, string Text, int Call = 0);
