using Godwit.Contracts.Frames;
using Godwit.Gateway.Forwarding.Protocol;

namespace Godwit.Gateway.Forwarding;

/// <summary>What to do with a frame.</summary>
internal enum FrameVerdict
{
    /// <summary>It continues its choice: pass its payload on.</summary>
    Accept,

    /// <summary>All of it is known already: drop it.</summary>
    Drop,

    /// <summary>It overlaps what is known, or leaves a gap: the stream cannot be trusted any more.</summary>
    Broken,
}

/// <summary>
/// Owns a request on behalf of its client (DESIGN §5.2): makes its epochs, and knows of every choice which tokens came and which comes
/// next. Pure state; the bytes are passed on by others.
/// </summary>
internal sealed class RequestOwner(string request)
{
    private TokenLog _log = new();

    /// <summary>Id of the request inside the cluster.</summary>
    public string Request { get; } = request;

    /// <summary>Number of the current owner among workers; 0 before the first start.</summary>
    public int Epoch { get; private set; }

    /// <summary>Begins with the next worker. The client has seen nothing yet, so the new worker begins from the start too.</summary>
    public int Restart()
    {
        _log = new TokenLog();
        return ++Epoch;
    }

    /// <summary>Judges a frame of the current epoch's stream, and logs its tokens if it is accepted.</summary>
    public FrameVerdict Accept(Frame frame) =>
        frame.Flags.HasFlag(FrameFlags.Error) ? FrameVerdict.Accept : _log.Judge(frame);

    /// <summary>Index of the token that comes next in a choice.</summary>
    public int NextOf(int choice) => _log.NextOf(choice);

    /// <summary>Token ids of a choice's prompt, as the worker made them; null when it has not said yet.</summary>
    public IReadOnlyList<int>? PromptOf(int choice) => _log.PromptOf(choice);

    /// <summary>Token ids that a choice has got so far.</summary>
    public IReadOnlyList<int> OutputOf(int choice) => _log.OutputOf(choice);
}
