using System.Text;
using System.Text.Json;
using Godwit.Contracts.Selection;

namespace Godwit.Gateway.Selection.Reading;

/// <summary>
/// Reads what a body says to the model. Flags count in the last user message alone; they are taken out of earlier ones too, so that a
/// conversation whose client sends them again reads the same to the model at every turn.
/// </summary>
internal static class PromptReader
{
    /// <summary>Reads a chat.</summary>
    /// <param name="body">The body.</param>
    /// <param name="at">Where <c>messages</c> stand in it.</param>
    public static PromptReading ReadChat(ReadOnlySpan<byte> body, Range at)
    {
        List<MessageSpot> messages = ChatReader.Read(body, at);
        MessageSpot? last = messages.FindLast(message => message.Role == MessageRole.User);
        List<BodyEdit> edits = [];
        FlagReport flags = FlagReport.None;
        string text = string.Empty;
        foreach (MessageSpot message in messages)
        {
            if (message == last)
            {
                text = Join(body, message.Texts, edits, ref flags);
            }
            else if (message.Role == MessageRole.User)
            {
                Strip(body, message.Texts, edits);
            }
        }

        if (last is null && messages is [.., { } only])
        {
            FlagReport none = FlagReport.None;
            text = Join(body, only.Texts, edits: null, ref none);
        }

        return new PromptReading
        {
            Text = text,
            Flags = flags,
            Edits = edits,
            GoesOn = messages.Exists(message => message.Role == MessageRole.Assistant),
            SystemAt = messages.Find(message => message.Role == MessageRole.System)?.ContentAt ?? ..0,
            OpeningAt = messages.Find(message => message.Role == MessageRole.User)?.ContentAt ?? ..0,
        };
    }

    /// <summary>Reads the prompt or prompts of a completion.</summary>
    /// <param name="body">The body.</param>
    /// <param name="at">Where <c>prompt</c> stands in it.</param>
    public static PromptReading ReadCompletion(ReadOnlySpan<byte> body, Range at)
    {
        List<Range> texts = [];
        int begin = at.GetOffsetAndLength(body.Length).Offset;
        Utf8JsonReader reader = new(body[at]);
        bool isText = true;
        while (reader.Read())
        {
            isText &= reader.TokenType is not JsonTokenType.Number;
            if (reader.TokenType == JsonTokenType.String && reader.CurrentDepth <= 1)
            {
                texts.Add((begin + (int)reader.TokenStartIndex)..(begin + (int)reader.BytesConsumed));
            }
        }

        List<BodyEdit> edits = [];
        FlagReport flags = FlagReport.None;
        string text = Join(body, [.. texts.Take(1)], edits, ref flags);
        Strip(body, [.. texts.Skip(1)], edits);
        return new PromptReading { Text = text, IsText = isText, Flags = flags, Edits = edits };
    }

    private static string Join(ReadOnlySpan<byte> body, List<Range> texts, List<BodyEdit>? edits, ref FlagReport flags)
    {
        StringBuilder? joined = texts.Count > 1 ? new StringBuilder() : null;
        string only = string.Empty;
        foreach (Range at in texts)
        {
            string text = JsonTexts.Decode(body[at]) ?? string.Empty;
            if (edits is not null)
            {
                FlaggedPrompt parsed = PromptFlags.Parse(text);
                flags = Together(flags, parsed.Flags);
                Replace(at, text, parsed.Text, edits);
                text = parsed.Text;
            }

            only = text;
            joined?.Append(joined.Length > 0 ? "\n" : string.Empty).Append(text);
        }

        return joined?.ToString() ?? only;
    }

    private static void Strip(ReadOnlySpan<byte> body, List<Range> texts, List<BodyEdit> edits)
    {
        foreach (Range at in texts)
        {
            // Whatever a flag begins with can be written as an escape too.
            if (body[at].IndexOfAny((byte)'[', (byte)'\\') >= 0 && JsonTexts.Decode(body[at]) is { } text)
            {
                Replace(at, text, PromptFlags.Parse(text).Text, edits);
            }
        }
    }

    private static void Replace(Range at, string text, string stripped, List<BodyEdit> edits)
    {
        if (!ReferenceEquals(text, stripped) && text != stripped)
        {
            edits.Add(new BodyEdit(at, JsonTexts.Encode(stripped)));
        }
    }

    private static FlagReport Together(FlagReport first, FlagReport second)
    {
        if (ReferenceEquals(first, FlagReport.None))
        {
            return second;
        }

        Dictionary<string, double> applied = new(first.Applied, StringComparer.Ordinal);
        foreach ((string goal, double weight) in second.Applied)
        {
            applied[goal] = weight;
        }

        string[] unknown = [.. first.Unknown.Concat(second.Unknown).Take(PromptFlags.MaxReported)];
        return new FlagReport(applied, unknown, second.Preset ?? first.Preset);
    }
}
