namespace Godwit.Worker.Engine;

/// <summary>How the hidden states of a prompt become its embedding.</summary>
internal enum Pooling
{
    /// <summary>The mean over all tokens.</summary>
    Mean,

    /// <summary>The state of the last token.</summary>
    Last,
}
