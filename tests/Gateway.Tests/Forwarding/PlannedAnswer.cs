using System.Text;
using System.Text.Json;
using Godwit.Contracts.Frames;

namespace Godwit.Gateway.Tests.Forwarding;

/// <summary>
/// An answer as every worker must give it: tokens are a function of choice and position, frames a function of the tokens. It plays what
/// a real worker's engine and formatter do, so that whatever happens on the way the client's bytes can be compared with one truth.
/// </summary>
/// <param name="prompts">Number of prompts.</param>
/// <param name="choicesPerPrompt">Choices of each.</param>
/// <param name="tokens">Tokens of each choice.</param>
/// <param name="isStream">The client gets events, and not one JSON.</param>
internal sealed class PlannedAnswer(int prompts, int choicesPerPrompt, int tokens, bool isStream)
{
    public int Choices => prompts * choicesPerPrompt;

    public int Tokens => tokens;

    public string Body => JsonSerializer.Serialize(new { model = "tiny", stream = isStream, n = choicesPerPrompt });

    /// <summary>What the client of an undisturbed run gets.</summary>
    public string Expected => isStream
        ? string.Concat(Frames(_ => 0).Select(frame => Encoding.UTF8.GetString(frame.Payload.Span)))
        : Encoding.UTF8.GetString(Whole().Span);

    public static int Token(int choice, int position) => (choice * 1000) + (position * 7 % 101);

    public IReadOnlyList<int> Prompt(int prompt) => [900 + prompt, 901 + prompt, 5];

    /// <summary>The frames of a stream that begins with what the Gateway wants next.</summary>
    public IEnumerable<Frame> Frames(Func<int, int> from)
    {
        for (int choice = 0; choice < Choices && isStream; choice++)
        {
            if (from(choice) == 0)
            {
                yield return new Frame(FrameFlags.None, choice, 0, [], Event($"role {choice}"));
            }
        }

        for (int position = 0; position < tokens; position++)
        {
            for (int choice = 0; choice < Choices; choice++)
            {
                if (!IsHeldBack(choice, position) && position + 1 > from(choice))
                {
                    yield return FrameAt(choice, position);
                }
            }
        }

        yield return new Frame(FrameFlags.Last, 0, 0, [], isStream ? Event("[DONE]") : Whole());
    }

    public IEnumerable<Frame> PromptFrames() => Enumerable.Range(0, Choices).Select(
        choice => new Frame(FrameFlags.Prompt, choice, 0, Prompt(choice / choicesPerPrompt), default));

    private Frame FrameAt(int choice, int last)
    {
        int first = last;
        while (first > 0 && IsHeldBack(choice, first - 1))
        {
            first--;
        }

        int[] ids = [.. Enumerable.Range(first, last + 1 - first).Select(position => Token(choice, position))];
        FrameFlags flags = last == tokens - 1 ? FrameFlags.ChoiceFinished : FrameFlags.None;
        return new Frame(flags, choice, first, ids, isStream ? Event($"{choice}: {string.Join(',', ids)}") : default);
    }

    // Text that cannot be shown yet, as that of half a character.
    private bool IsHeldBack(int choice, int position) => (choice + position) % 3 == 1 && position < tokens - 1;

    private ReadOnlyMemory<byte> Whole() => Encoding.UTF8.GetBytes(
        string.Join(';', Enumerable.Range(0, Choices).Select(choice => string.Join(',', Enumerable.Range(0, tokens).Select(p => Token(choice, p))))));

    private static byte[] Event(string text) => Encoding.UTF8.GetBytes($"data: {text}\n\n");
}
