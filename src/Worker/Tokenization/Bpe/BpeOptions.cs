namespace Godwit.Worker.Tokenization.Bpe;

/// <summary>What a file's model section says beside vocabulary and merges.</summary>
internal sealed record BpeOptions
{
    /// <summary>The 256 byte tokens for characters outside the vocabulary (-1 where missing); null when it has none.</summary>
    public int[]? ByteIds { get; init; }

    /// <summary>The token for characters outside the vocabulary; null leaves them out.</summary>
    public int? UnknownToken { get; init; }

    /// <summary>One unknown token for a run of unknown characters.</summary>
    public bool FuseUnknown { get; init; }

    /// <summary>A word that is itself a token is that token, whatever its merges would give.</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>Put before every character of a word but the first.</summary>
    public string ContinuingPrefix { get; init; } = "";

    /// <summary>Put after a word's last character.</summary>
    public string EndOfWordSuffix { get; init; } = "";
}
