using Godwit.Contracts.Frames;

namespace Godwit.Protocol.Tests.Simulation;

/// <summary>
/// The answer that a request must get, whoever computes it: tokens are a function of (request, choice, position), and frames end where a
/// function of the tokens says so. Every worker sends these very frames, so the client's can be compared by reference.
/// </summary>
internal sealed class Answer
{
    private static readonly ReadOnlyMemory<byte> Payload = new byte[1];

    public Answer(int request, Dice dice, bool isLong)
    {
        IsStream = dice.Chance(75);
        Choices = dice.Next(1, 3);
        PromptTokens = dice.Next(1, 60);
        Lengths = new int[Choices];
        Frames = new Frame[Choices][];
        Prompts = new Frame[Choices];
        for (int choice = 0; choice < Choices; choice++)
        {
            Lengths[choice] = dice.Next(1, isLong ? 70 : 24);
            Frames[choice] = Build(request, choice, Lengths[choice], IsStream);
            Prompts[choice] = new Frame(FrameFlags.Prompt, choice, 0, [request], default);
        }

        Last = new Frame(FrameFlags.Last, 0, 0, [], Payload);
    }

    public bool IsStream { get; }

    public int Choices { get; }

    public int PromptTokens { get; }

    /// <summary>Tokens of each choice.</summary>
    public int[] Lengths { get; }

    /// <summary>Frames of each choice, in order.</summary>
    public Frame[][] Frames { get; }

    public Frame[] Prompts { get; }

    public Frame Last { get; }

    private static Frame[] Build(int request, int choice, int length, bool isStream)
    {
        List<Frame> frames = [];
        ReadOnlyMemory<byte> payload = isStream ? Payload : default;
        if (isStream)
        {
            frames.Add(new Frame(FrameFlags.None, choice, 0, [], payload));
        }

        bool hasBareEnd = Token(request, choice, length) % 2 == 0;
        int first = 0;
        List<int> ids = [];
        for (int position = 0; position < length; position++)
        {
            int token = Token(request, choice, position);
            ids.Add(token);
            bool isLast = position == length - 1;
            if (isLast || token % 3 != 0)
            {
                FrameFlags flags = isLast && !hasBareEnd ? FrameFlags.ChoiceFinished : FrameFlags.None;
                frames.Add(new Frame(flags, choice, first, [.. ids], payload));
                first = position + 1;
                ids.Clear();
            }
        }

        if (hasBareEnd)
        {
            frames.Add(new Frame(FrameFlags.ChoiceFinished, choice, length, [], payload));
        }

        return [.. frames];
    }

    private static int Token(int request, int choice, int position) =>
        (int)(Dice.Mix(((ulong)request << 40) ^ ((ulong)choice << 32) ^ ((ulong)position * 0x9E3779B97F4A7C15)) & 0x7fff);
}
