using Godwit.Contracts.Frames;

namespace Godwit.Gateway.Forwarding.Protocol;

/// <summary>
/// What the client has of an answer, in tokens: of every choice the prompt, the output so far, and so which token comes next. The one place
/// that says whether a frame continues the answer, repeats it, or fits nowhere.
/// </summary>
internal sealed class TokenLog
{
    private const int MaxChoices = 128 * 16;
    private readonly Dictionary<int, ChoiceLog> _choices = [];

    /// <summary>Some choice has got a token.</summary>
    public bool HasTokens { get; private set; }

    /// <summary>Some accepted frame had bytes for the client.</summary>
    public bool HasPayload { get; private set; }

    /// <summary>Choices known so far.</summary>
    public int Choices { get; private set; }

    /// <summary>Index of the token that comes next in a choice.</summary>
    public int NextOf(int choice) => _choices.TryGetValue(choice, out ChoiceLog? log) ? log.Output.Count : 0;

    /// <summary>The same of every choice known so far.</summary>
    public int[] Next()
    {
        int[] next = new int[Choices];
        for (int choice = 0; choice < next.Length; choice++)
        {
            next[choice] = NextOf(choice);
        }

        return next;
    }

    /// <summary>Token ids of a choice's prompt, as the worker made them; null when it has not said yet.</summary>
    public IReadOnlyList<int>? PromptOf(int choice) => _choices.TryGetValue(choice, out ChoiceLog? log) ? log.Prompt : null;

    /// <summary>Token ids that a choice has got so far.</summary>
    public IReadOnlyList<int> OutputOf(int choice) => _choices.TryGetValue(choice, out ChoiceLog? log) ? log.Output : [];

    /// <summary>Another stream begins: frames without tokens may be said again.</summary>
    public void BeginStream()
    {
        foreach (ChoiceLog log in _choices.Values)
        {
            log.BeginStream();
        }
    }

    /// <summary>Forgets all: the client has got nothing, so the next worker may begin from nothing.</summary>
    public void Clear()
    {
        _choices.Clear();
        Choices = 0;
    }

    /// <summary>Judges a frame, and logs it if it is accepted. A frame with an error has no place here.</summary>
    public FrameVerdict Judge(Frame frame)
    {
        if (frame.Choice >= MaxChoices)
        {
            return FrameVerdict.Broken;
        }

        // The last frame belongs to the whole answer, not to a place in a choice: it fits when every choice has come to its end.
        if (frame.Flags.HasFlag(FrameFlags.Last))
        {
            bool isWhole = frame.TokenIds.Count == 0 && _choices.Values.All(choice => choice.IsFinished);
            HasPayload |= isWhole && !frame.Payload.IsEmpty;
            return isWhole ? FrameVerdict.Accept : FrameVerdict.Broken;
        }

        if (!_choices.TryGetValue(frame.Choice, out ChoiceLog? log))
        {
            _choices.Add(frame.Choice, log = new ChoiceLog());
            Choices = Math.Max(Choices, frame.Choice + 1);
        }

        FrameVerdict verdict = frame.Flags.HasFlag(FrameFlags.Prompt) ? log.JudgePrompt(frame) : log.JudgeOutput(frame);
        if (verdict == FrameVerdict.Accept && !frame.Flags.HasFlag(FrameFlags.Prompt))
        {
            HasTokens |= frame.TokenIds.Count > 0;
            HasPayload |= !frame.Payload.IsEmpty;
        }

        return verdict;
    }

    private sealed class ChoiceLog
    {
        /// <summary>
        /// Frames without tokens (the opening of a choice, a finish that sampled nothing) at the present index: how many the client has,
        /// and how many the present stream has brought. A worker that goes on sends all of them again, since no index tells them apart.
        /// </summary>
        private int _bareAccepted;
        private int _bareSeen;

        public bool IsFinished { get; private set; }

        public IReadOnlyList<int>? Prompt { get; private set; }

        public List<int> Output { get; } = [];

        public void BeginStream() => _bareSeen = 0;

        public FrameVerdict JudgePrompt(Frame frame)
        {
            if (Prompt is not null)
            {
                return Prompt.SequenceEqual(frame.TokenIds) ? FrameVerdict.Drop : FrameVerdict.Broken;
            }

            Prompt = frame.TokenIds;
            return FrameVerdict.Accept;
        }

        public FrameVerdict JudgeOutput(Frame frame)
        {
            int next = Output.Count;
            if (frame.TokenIds.Count == 0 && frame.Payload.IsEmpty && frame.Flags == FrameFlags.None)
            {
                // A sign of life: the worker has the request, and nothing to show yet.
                return FrameVerdict.Accept;
            }

            if (frame.FirstIndex != next)
            {
                return (long)frame.FirstIndex + frame.TokenIds.Count <= next ? FrameVerdict.Drop : FrameVerdict.Broken;
            }

            if (frame.TokenIds.Count == 0)
            {
                if (++_bareSeen <= _bareAccepted)
                {
                    return FrameVerdict.Drop;
                }

                _bareAccepted = _bareSeen;
            }
            else
            {
                if (IsFinished)
                {
                    return FrameVerdict.Broken;
                }

                Output.AddRange(frame.TokenIds);
                (_bareSeen, _bareAccepted) = (0, 0);
            }

            IsFinished |= frame.Flags.HasFlag(FrameFlags.ChoiceFinished);
            return FrameVerdict.Accept;
        }
    }
}
