using Godwit.Contracts.Frames;

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
    private const int MaxChoices = 128 * 16;
    private readonly Dictionary<int, ChoiceLog> _choices = [];

    /// <summary>Id of the request inside the cluster.</summary>
    public string Request { get; } = request;

    /// <summary>Number of the current owner among workers; 0 before the first start.</summary>
    public int Epoch { get; private set; }

    /// <summary>Begins with the next worker. The client has seen nothing yet, so the new worker begins from the start too.</summary>
    public int Restart()
    {
        _choices.Clear();
        return ++Epoch;
    }

    /// <summary>Judges a frame of the current epoch's stream, and logs its tokens if it is accepted.</summary>
    public FrameVerdict Accept(Frame frame)
    {
        if (frame.Choice >= MaxChoices)
        {
            return FrameVerdict.Broken;
        }

        if (!_choices.TryGetValue(frame.Choice, out ChoiceLog? log))
        {
            _choices.Add(frame.Choice, log = new ChoiceLog());
        }

        if (frame.Flags.HasFlag(FrameFlags.Prompt))
        {
            return log.AcceptPrompt(frame);
        }

        // The last frame and an error belong to the whole answer, not to a place in a choice.
        bool endsAnswer = (frame.Flags & (FrameFlags.Last | FrameFlags.Error)) != 0;
        return endsAnswer && frame.TokenIds.Count == 0 ? FrameVerdict.Accept : log.AcceptOutput(frame);
    }

    /// <summary>Index of the token that comes next in a choice.</summary>
    public int NextOf(int choice) => _choices.TryGetValue(choice, out ChoiceLog? log) ? log.Output.Count : 0;

    /// <summary>Token ids of a choice's prompt, as the worker made them; null when it has not said yet.</summary>
    public IReadOnlyList<int>? PromptOf(int choice) => _choices.TryGetValue(choice, out ChoiceLog? log) ? log.Prompt : null;

    /// <summary>Token ids that a choice has got so far.</summary>
    public IReadOnlyList<int> OutputOf(int choice) => _choices.TryGetValue(choice, out ChoiceLog? log) ? log.Output : [];

    private sealed class ChoiceLog
    {
        public IReadOnlyList<int>? Prompt { get; private set; }

        public List<int> Output { get; } = [];

        public FrameVerdict AcceptPrompt(Frame frame)
        {
            if (Prompt is not null)
            {
                return Prompt.SequenceEqual(frame.TokenIds) ? FrameVerdict.Drop : FrameVerdict.Broken;
            }

            Prompt = frame.TokenIds;
            return FrameVerdict.Accept;
        }

        public FrameVerdict AcceptOutput(Frame frame)
        {
            int next = Output.Count;
            if (frame.FirstIndex == next)
            {
                Output.AddRange(frame.TokenIds);
                return FrameVerdict.Accept;
            }

            return (long)frame.FirstIndex + frame.TokenIds.Count <= next ? FrameVerdict.Drop : FrameVerdict.Broken;
        }
    }
}
