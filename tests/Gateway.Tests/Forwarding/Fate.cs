namespace Godwit.Gateway.Tests.Forwarding;

/// <summary>What becomes of one stream of a worker.</summary>
internal enum Fate
{
    /// <summary>After some frames it is offered to another worker.</summary>
    Move,

    /// <summary>It sends all that has been sent before once more, and goes on.</summary>
    Repeat,

    /// <summary>After some frames it ends as if nothing were missing.</summary>
    Cease,

    /// <summary>After some frames its connection is reset.</summary>
    Die,

    /// <summary>A frame is left out.</summary>
    Lose,

    /// <summary>The worker is full.</summary>
    Refuse,

    /// <summary>After some frames the worker gives the request back.</summary>
    GiveBack,

    /// <summary>No headers come.</summary>
    Hang,

    /// <summary>Headers come, and no frame.</summary>
    HangAfterHeaders,
}
