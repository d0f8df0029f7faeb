namespace Godwit.Worker.Engine;

/// <summary>Why a sequence ended.</summary>
internal enum FinishReason
{
    /// <summary>An end-of-sequence or stop token, or a stop string.</summary>
    Stop,

    /// <summary><c>max_tokens</c> or the end of the context.</summary>
    Length,
}
