using Godwit.Contracts.Migration;
using Godwit.Gateway.Forwarding.Protocol;

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
        /// <summary>The only one.</summary>
        public static Answered Instance { get; } = new();
    }

    /// <summary>The worker has an error for the client.</summary>
    /// <param name="Status">HTTP status.</param>
    /// <param name="Body">JSON.</param>
    public sealed record Refused(int Status, ReadOnlyMemory<byte> Body) : AttemptResult;

    /// <summary>The worker holds the request parked, and another has it ready.</summary>
    /// <param name="Notice">Who, and under which epoch.</param>
    public sealed record Moved(MovedNotice Notice) : AttemptResult;

    /// <summary>The instance failed: another may do better.</summary>
    /// <param name="Failure">In which way.</param>
    /// <param name="Reason">For the log.</param>
    public sealed record Failed(AttemptFailure Failure, string Reason) : AttemptResult;
}
