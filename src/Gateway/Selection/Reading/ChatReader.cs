using System.Text.Json;

namespace Godwit.Gateway.Selection.Reading;

/// <summary>Finds the messages of a chat. What is no message of OpenAI's shape is passed over: the worker refuses it.</summary>
internal static class ChatReader
{
    /// <summary>The messages, in their order.</summary>
    /// <param name="body">The body.</param>
    /// <param name="at">Where <c>messages</c> stand in it; well-formed JSON.</param>
    public static List<MessageSpot> Read(ReadOnlySpan<byte> body, Range at)
    {
        List<MessageSpot> messages = [];
        int begin = at.GetOffsetAndLength(body.Length).Offset;
        Utf8JsonReader reader = new(body[at]);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return messages;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                messages.Add(ReadMessage(ref reader, begin));
            }
            else
            {
                reader.Skip();
            }
        }

        return messages;
    }

    private static MessageSpot ReadMessage(ref Utf8JsonReader reader, int begin)
    {
        MessageSpot message = new();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            bool isRole = reader.ValueTextEquals("role"u8);
            bool isContent = reader.ValueTextEquals("content"u8);
            reader.Read();
            if (isRole)
            {
                message.Role = RoleOf(ref reader);
                reader.Skip();
            }
            else if (isContent)
            {
                ReadContent(ref reader, begin, message);
            }
            else
            {
                reader.Skip();
            }
        }

        return message;
    }

    private static MessageRole RoleOf(ref Utf8JsonReader reader) =>
        reader.TokenType != JsonTokenType.String ? MessageRole.Other
        : reader.ValueTextEquals("user"u8) ? MessageRole.User
        : reader.ValueTextEquals("assistant"u8) ? MessageRole.Assistant
        : reader.ValueTextEquals("system"u8) || reader.ValueTextEquals("developer"u8) ? MessageRole.System
        : MessageRole.Other;

    /// <summary>Reads the content that the reader stands on, and ends at its last token.</summary>
    private static void ReadContent(ref Utf8JsonReader reader, int begin, MessageSpot message)
    {
        int start = begin + (int)reader.TokenStartIndex;
        message.Texts.Clear();
        if (reader.TokenType == JsonTokenType.String)
        {
            message.Texts.Add(Here(ref reader, begin));
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType == JsonTokenType.StartObject)
                {
                    ReadPart(ref reader, begin, message);
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        else
        {
            reader.Skip();
        }

        message.ContentAt = start..(begin + (int)reader.BytesConsumed);
    }

    private static void ReadPart(ref Utf8JsonReader reader, int begin, MessageSpot message)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            bool isText = reader.ValueTextEquals("text"u8);
            reader.Read();
            if (isText && reader.TokenType == JsonTokenType.String)
            {
                message.Texts.Add(Here(ref reader, begin));
            }

            reader.Skip();
        }
    }

    private static Range Here(ref Utf8JsonReader reader, int begin) =>
        (begin + (int)reader.TokenStartIndex)..(begin + (int)reader.BytesConsumed);
}
