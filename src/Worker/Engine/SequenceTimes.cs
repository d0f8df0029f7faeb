namespace Godwit.Worker.Engine;

/// <summary>When the things happened that the metrics of a sequence are made of: timestamps of the engine's clock, 0 for not yet.</summary>
internal sealed class SequenceTimes
{
    /// <summary>Its request was read.</summary>
    public long Arrived { get; init; }

    /// <summary>It was handed to the engine.</summary>
    public long Queued { get; init; }

    /// <summary>It was admitted for the first time.</summary>
    public long Started { get; set; }

    /// <summary>Its first token was sampled.</summary>
    public long FirstToken { get; set; }

    /// <summary>Its latest token was sampled.</summary>
    public long LastToken { get; set; }
}
