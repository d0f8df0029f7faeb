namespace Godwit.Contracts.Frames;

/// <summary>What a <see cref="Frame"/> says besides its tokens.</summary>
[Flags]
public enum FrameFlags : byte
{
    /// <summary>Tokens, and perhaps bytes for the client.</summary>
    None = 0,

    /// <summary>The token ids are those of the choice's prompt, not of its output; sent once per choice, first.</summary>
    Prompt = 1,

    /// <summary>The choice is finished; no further tokens of it follow.</summary>
    ChoiceFinished = 2,

    /// <summary>Last frame of the stream: the answer is complete.</summary>
    Last = 4,

    /// <summary>The payload is an error in OpenAI's shape; the stream ends here, broken.</summary>
    Error = 8,

    /// <summary>With <see cref="Error"/>: the fault is the request's own, HTTP 400 if a status can still be sent.</summary>
    ClientError = 16,

    /// <summary>
    /// The payload is JSON of a <see cref="Migration.MovedNotice"/>: the request is ready elsewhere, and the stream ends here without being
    /// the answer's end.
    /// </summary>
    Moved = 32,
}
