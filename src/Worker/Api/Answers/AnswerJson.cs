using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Godwit.Worker.Engine;

namespace Godwit.Worker.Api.Answers;

/// <summary>Writes the JSON objects of an answer: the parts of OpenAI's shapes that both streamed and whole answers are made of.</summary>
internal sealed class AnswerJson : IDisposable
{
    private readonly AnswerHead _head;
    private readonly Utf8JsonWriter _json;

    /// <summary>A writer of one answer's objects.</summary>
    public AnswerJson(AnswerHead head)
    {
        _head = head;

        // Bytes for programs, not for HTML: text stays as it is, and the writer's calls are balanced by construction.
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
        _json = new Utf8JsonWriter(Stream.Null, options);
    }

    /// <summary><c>cached_tokens</c> of the usage: prompt tokens that the prefix cache spared.</summary>
    public int CachedTokens { get; set; }

    private bool IsChat => _head.Kind == ApiKind.Chat;

    /// <summary>The chunk that opens a chat choice.</summary>
    public void WriteRole(IBufferWriter<byte> output, int choice)
    {
        BeginChunk(output, choice);
        _json.WriteStartObject("delta"u8);
        _json.WriteString("role"u8, "assistant"u8);
        _json.WriteString("content"u8, ""u8);
        _json.WriteNull("refusal"u8);
        _json.WriteEndObject();
        EndChunk(null);
    }

    /// <summary>A chunk with text of a choice.</summary>
    public void WriteText(IBufferWriter<byte> output, int choice, string text)
    {
        BeginChunk(output, choice);
        if (IsChat)
        {
            _json.WriteStartObject("delta"u8);
            _json.WriteString("content"u8, text);
            _json.WriteEndObject();
        }
        else
        {
            _json.WriteString("text"u8, text);
        }

        EndChunk(null);
    }

    /// <summary>The chunk that closes a choice.</summary>
    public void WriteFinish(IBufferWriter<byte> output, int choice, FinishReason finish)
    {
        BeginChunk(output, choice);
        if (IsChat)
        {
            _json.WriteStartObject("delta"u8);
            _json.WriteEndObject();
        }
        else
        {
            _json.WriteString("text"u8, ""u8);
        }

        EndChunk(finish);
    }

    /// <summary>The chunk that has the usage and no choice.</summary>
    public void WriteUsage(IBufferWriter<byte> output, int completionTokens)
    {
        Begin(output, chunk: true);
        _json.WriteStartArray("choices"u8);
        _json.WriteEndArray();
        WriteUsage(completionTokens);
        End();
    }

    /// <summary>A whole answer.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="choices">Text and finish reason of each choice.</param>
    /// <param name="completionTokens">Tokens sampled, of all choices.</param>
    public void WriteWhole(
        IBufferWriter<byte> output, IReadOnlyList<(string Text, FinishReason Finish)> choices, int completionTokens)
    {
        Begin(output, chunk: false);
        _json.WriteStartArray("choices"u8);
        for (int i = 0; i < choices.Count; i++)
        {
            _json.WriteStartObject();
            _json.WriteNumber("index"u8, i);
            if (IsChat)
            {
                _json.WriteStartObject("message"u8);
                _json.WriteString("role"u8, "assistant"u8);
                _json.WriteString("content"u8, choices[i].Text);
                _json.WriteNull("refusal"u8);
                _json.WriteEndObject();
            }
            else
            {
                _json.WriteString("text"u8, choices[i].Text);
            }

            EndChoice(choices[i].Finish);
        }

        _json.WriteEndArray();
        WriteUsage(completionTokens);
        End();
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private void Begin(IBufferWriter<byte> output, bool chunk)
    {
        _json.Reset(output);
        _json.WriteStartObject();
        _json.WriteString("id"u8, _head.Id);
        _json.WriteString("object"u8, IsChat ? chunk ? "chat.completion.chunk"u8 : "chat.completion"u8 : "text_completion"u8);
        _json.WriteNumber("created"u8, _head.Created);
        _json.WriteString("model"u8, _head.Model);
        _json.WriteString("system_fingerprint"u8, _head.Fingerprint);
    }

    private void BeginChunk(IBufferWriter<byte> output, int choice)
    {
        Begin(output, chunk: true);
        _json.WriteStartArray("choices"u8);
        _json.WriteStartObject();
        _json.WriteNumber("index"u8, choice);
    }

    private void EndChunk(FinishReason? finish)
    {
        EndChoice(finish);
        _json.WriteEndArray();
        if (_head.IncludeUsage)
        {
            _json.WriteNull("usage"u8);
        }

        End();
    }

    private void EndChoice(FinishReason? finish)
    {
        _json.WriteNull("logprobs"u8);
        if (finish is { } reason)
        {
            _json.WriteString("finish_reason"u8, reason == FinishReason.Stop ? "stop"u8 : "length"u8);
        }
        else
        {
            _json.WriteNull("finish_reason"u8);
        }

        _json.WriteEndObject();
    }

    private void WriteUsage(int completionTokens)
    {
        _json.WriteStartObject("usage"u8);
        _json.WriteNumber("prompt_tokens"u8, _head.PromptTokens);
        _json.WriteNumber("completion_tokens"u8, completionTokens);
        _json.WriteNumber("total_tokens"u8, _head.PromptTokens + completionTokens);
        _json.WriteStartObject("prompt_tokens_details"u8);
        _json.WriteNumber("cached_tokens"u8, CachedTokens);
        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void End()
    {
        _json.WriteEndObject();
        _json.Flush();
    }
}
