namespace Godwit.Gateway.Tests.Forwarding;

/// <summary>What becomes of one stream of a worker.</summary>
internal enum Fate
{
    /// <summary>It gives the rest of the answer.</summary>
    Finish,

    /// <summary>Its connection is reset after some frames.</summary>
    Die,

    /// <summary>It is offered to another after some frames.</summary>
    Move,

    /// <summary>It ends after some frames as if nothing were missing.</summary>
    Cease,

    /// <summary>A frame is left out.</summary>
    LoseFrame,

    /// <summary>It sends frames that have been sent before.</summary>
    Repeat,

    /// <summary>It is full.</summary>
    Refuse,

    /// <summary>It does not answer; of a start, it dies.</summary>
    Hang,

    /// <summary>It answers with headers and no frame; of a start, it dies.</summary>
    HangAfterHeaders,

    /// <summary>It gives the request back with an error frame.</summary>
    HandBack,
}
