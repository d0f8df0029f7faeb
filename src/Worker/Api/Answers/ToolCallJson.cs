using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Godwit.Worker.ToolCalls;

namespace Godwit.Worker.Api.Answers;

/// <summary>Writes the fields of a chat message that hold its calls and its reasoning, whole or a stretch at a time.</summary>
internal sealed class ToolCallJson(Utf8JsonWriter json, AnswerHead head)
{
    /// <summary>The fields of a delta.</summary>
    /// <param name="delta">The stretch of the output.</param>
    /// <param name="choice">Index of the choice.</param>
    public void WriteDelta(OutputDelta delta, int choice)
    {
        switch (delta.Kind)
        {
            case OutputDeltaKind.Content:
                json.WriteString("content"u8, delta.Text);
                break;
            case OutputDeltaKind.Reasoning:
                json.WriteString("reasoning_content"u8, delta.Text);
                break;
            default:
                json.WriteStartArray("tool_calls"u8);
                json.WriteStartObject();
                json.WriteNumber("index"u8, delta.Call);
                if (delta.Kind == OutputDeltaKind.Call)
                {
                    WriteCall(delta.Text, "", choice, delta.Call);
                }
                else
                {
                    json.WriteStartObject("function"u8);
                    json.WriteString("arguments"u8, delta.Text);
                    json.WriteEndObject();
                }

                json.WriteEndObject();
                json.WriteEndArray();
                break;
        }
    }

    /// <summary>The fields of a message, none for what there is none of.</summary>
    public void WriteWhole(AnswerChoice choice, int index)
    {
        if (choice.Reasoning.Length > 0)
        {
            json.WriteString("reasoning_content"u8, choice.Reasoning);
        }

        if (choice.Calls.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tool_calls"u8);
        for (int i = 0; i < choice.Calls.Count; i++)
        {
            json.WriteStartObject();
            WriteCall(choice.Calls[i].Name, choice.Calls[i].Arguments.ToString(), index, i);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteCall(string name, string arguments, int choice, int call)
    {
        json.WriteString("id"u8, IdOf(choice, call));
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, name);
        json.WriteString("arguments"u8, arguments);
        json.WriteEndObject();
    }

    // A function of the request's id (DESIGN §5.2), so that a replay gives calls the same ids.
    private string IdOf(int choice, int call)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{head.Id}/{choice}/{call}"));
        string id = Convert.ToHexStringLower(hash.AsSpan(0, 12));
        return head.Syntax?.Calls?.IdCharacters is int length ? id[..length] : "call_" + id;
    }
}
