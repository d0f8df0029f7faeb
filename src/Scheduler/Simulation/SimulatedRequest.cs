namespace Godwit.Scheduler.Simulation;

/// <summary>A request in the simulation: what it asks for, and what has come of it. Times in milliseconds.</summary>
internal sealed class SimulatedRequest(int index, double arrivalMs, int prompt, int output, bool isHigh, IReadOnlyList<ulong>? prefix)
{
    /// <summary>Its number in order of arrival.</summary>
    public int Index { get; } = index;

    /// <summary>When it arrives.</summary>
    public double ArrivalMs { get; } = arrivalMs;

    /// <summary>Tokens of its prompt.</summary>
    public int Prompt { get; } = prompt;

    /// <summary>Tokens that it will sample; no policy sees this.</summary>
    public int Output { get; } = output;

    /// <summary>Its scheduling and execution priority are high.</summary>
    public bool IsHigh { get; } = isHigh;

    /// <summary>Chained hashes of the prompt's chunks, when the trace has them.</summary>
    public IReadOnlyList<ulong>? Prefix { get; } = prefix;

    /// <summary>Tokens sampled.</summary>
    public int Generated { get; set; }

    /// <summary>Tokens in the KV cache.</summary>
    public int Computed { get; set; }

    /// <summary>KV blocks held.</summary>
    public int Blocks { get; set; }

    /// <summary>Prompt and sampled tokens.</summary>
    public int Known => Prompt + Generated;

    /// <summary>It samples a token with every step.</summary>
    public bool Decodes => Generated > 0 && Known - Computed == 1;

    /// <summary>Tokens that the step under way computes for it.</summary>
    public int StepTokens { get; set; }

    /// <summary>Its place among others: lower is served before.</summary>
    public int Class { get; set; }

    /// <summary>It holds blocks in a batch.</summary>
    public bool IsRunning { get; set; }

    /// <summary>How often it was preempted.</summary>
    public int Preemptions { get; set; }

    /// <summary>When it was preempted and has not sampled since; else NaN.</summary>
    public double PreemptedMs { get; set; } = double.NaN;

    /// <summary>Time from its preemptions to the token that came next.</summary>
    public double PreemptionLossMs { get; set; }

    /// <summary>When its first token came.</summary>
    public double FirstTokenMs { get; set; } = double.NaN;

    /// <summary>When its last token came.</summary>
    public double FinishedMs { get; set; } = double.NaN;

    /// <summary>Moves that it made.</summary>
    public int Moves { get; set; }

    /// <summary>Whether it goes before another in the line and in the batch.</summary>
    public bool GoesBefore(SimulatedRequest other) => Class != other.Class ? Class < other.Class : Index < other.Index;
}
