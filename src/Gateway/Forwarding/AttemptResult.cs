using Godwit.Contracts.Migration;

namespace Godwit.Gateway.Forwarding;

/// <summary>How an attempt at one instance ended.</summary>
internal abstract record AttemptResult
{
    private AttemptResult()
    {
    }

    /// <summary>The client has the whole answer.</summary>
    public sealed record Answered : AttemptResult
    {
        public static Answered Instance { get; } = new();
    }

    /// <summary>The client has left.</summary>
    public sealed record ClientGone : AttemptResult
    {
        public static ClientGone Instance { get; } = new();
    }

    /// <summary>The worker refused the request, or gave it up, with an error for the client.</summary>
    /// <param name="Status">HTTP status.</param>
    /// <param name="Body">JSON.</param>
    public sealed record Refused(int Status, ReadOnlyMemory<byte> Body) : AttemptResult;

    /// <summary>The worker holds the request parked, and another has it ready.</summary>
    /// <param name="Notice">Who, and under which epoch.</param>
    public sealed record Moved(MovedNotice Notice) : AttemptResult;

    /// <summary>The instance failed: another may do better.</summary>
    /// <param name="Fault">In which way.</param>
    /// <param name="Reason">For the log.</param>
    public sealed record Failed(AttemptFault Fault, string Reason) : AttemptResult;
}
