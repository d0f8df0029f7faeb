using System.Text.Json;

namespace Godwit.Gateway.Selection.Reading;

/// <summary>The fields of a body that a choice depends on; of a field given twice the last counts, as elsewhere in the Gateway.</summary>
internal ref struct BodyFields
{
    private bool _hasTools;
    private bool _wantsNoTools;

    /// <summary>First byte behind the object's brace.</summary>
    public int Begin { get; private set; }

    /// <summary>The object has no field at all.</summary>
    public bool IsEmpty { get; private set; }

    /// <summary>Value of <c>model</c>.</summary>
    public Range? Model { get; private set; }

    /// <summary>The field <c>godwit</c>.</summary>
    public BodyMember? Godwit { get; private set; }

    /// <summary>The field <c>godwit</c> is there twice.</summary>
    public bool IsTwice { get; private set; }

    /// <summary>Value of <c>messages</c>.</summary>
    public Range? Messages { get; private set; }

    /// <summary>Value of <c>prompt</c>.</summary>
    public Range? Prompt { get; private set; }

    /// <summary>Functions are offered, and not forbidden.</summary>
    public readonly bool HasTools => _hasTools && !_wantsNoTools;

    /// <summary>The answer is constrained.</summary>
    public bool IsStructured { get; private set; }

    /// <summary>Scans a body, which is a JSON object.</summary>
    public static BodyFields Scan(ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        int begin = body.StartsWith(byteOrderMark) ? byteOrderMark.Length : 0;
        Utf8JsonReader reader = new(body[begin..]);
        BodyFields fields = new() { IsEmpty = true };
        reader.Read();
        fields.Begin = begin + (int)reader.BytesConsumed;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            fields.IsEmpty = false;
            fields.Take(ref reader, begin);
        }

        return fields;
    }

    /// <summary>Takes the field whose name the reader stands on, and ends at its value's last token.</summary>
    private void Take(ref Utf8JsonReader reader, int begin)
    {
        int start = begin + (int)reader.TokenStartIndex;
        if (reader.ValueTextEquals("model"u8))
        {
            Model = Value(ref reader, begin);
        }
        else if (reader.ValueTextEquals("godwit"u8))
        {
            IsTwice |= Godwit is not null;
            Godwit = new BodyMember(start, Value(ref reader, begin));
        }
        else if (reader.ValueTextEquals("messages"u8))
        {
            Messages = Value(ref reader, begin);
        }
        else if (reader.ValueTextEquals("prompt"u8))
        {
            Prompt = Value(ref reader, begin);
        }
        else if (reader.ValueTextEquals("tools"u8))
        {
            Value(ref reader, begin);
            _hasTools = reader.TokenType != JsonTokenType.Null;
        }
        else if (reader.ValueTextEquals("tool_choice"u8))
        {
            reader.Read();
            _wantsNoTools = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("none"u8);
            reader.Skip();
        }
        else if (reader.ValueTextEquals("response_format"u8))
        {
            reader.Read();
            IsStructured |= HasFormat(ref reader);
        }
        else if (reader.ValueTextEquals("structured_outputs"u8)
            || reader.ValueTextEquals("guided_json"u8)
            || reader.ValueTextEquals("guided_regex"u8)
            || reader.ValueTextEquals("guided_choice"u8))
        {
            Value(ref reader, begin);
            IsStructured |= reader.TokenType != JsonTokenType.Null;
        }
        else
        {
            reader.Read();
            reader.Skip();
        }
    }

    private static Range Value(ref Utf8JsonReader reader, int begin)
    {
        reader.Read();
        int start = begin + (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(begin + (int)reader.BytesConsumed);
    }

    private static bool HasFormat(ref Utf8JsonReader reader)
    {
        bool isText = true;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return false;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            bool isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (isType)
            {
                isText = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("text"u8);
            }

            reader.Skip();
        }

        return !isText;
    }
}
