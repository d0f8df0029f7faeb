using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Godwit.Worker.Engine;
using Godwit.Worker.Sampling;
using Godwit.Worker.ToolCalls;

namespace Godwit.Worker.Api.Answers;

/// <summary>Writes the JSON objects of an answer: the parts of OpenAI's shapes that both streamed and whole answers are made of.</summary>
internal sealed class AnswerJson : IDisposable
{
    private readonly AnswerHead _head;
    private readonly Utf8JsonWriter _json;
    private readonly LogprobsJson _logprobs;
    private readonly ToolCallJson _calls;

    /// <summary>A writer of one answer's objects.</summary>
    public AnswerJson(AnswerHead head)
    {
        _head = head;

        // Bytes for programs, not for HTML: text stays as it is, and the writer's calls are balanced by construction.
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
        _json = new Utf8JsonWriter(Stream.Null, options);
        _logprobs = new LogprobsJson(_json, head.Tokens);
        _calls = new ToolCallJson(_json, head);
        Usage = new UsageJson(_json, head);
    }

    /// <summary>What it used.</summary>
    public UsageJson Usage { get; }

    private bool IsChat => _head.Kind == ApiKind.Chat;

    /// <summary>The chunk that opens a chat choice.</summary>
    public void WriteRole(IBufferWriter<byte> output, int choice)
    {
        Begin(output, chunk: true);
        if (_head.Report.ReturnTokenIds)
        {
            WriteIds("prompt_token_ids"u8, _head.Prompts[choice]);
        }

        BeginChoice(choice);
        _json.WriteStartObject("delta"u8);
        _json.WriteString("role"u8, "assistant"u8);
        _json.WriteString("content"u8, ""u8);
        _json.WriteNull("refusal"u8);
        _json.WriteEndObject();
        WriteLogprobs([]);
        EndChunk(null);
    }

    /// <summary>A chunk with text of a choice.</summary>
    public void WriteText(IBufferWriter<byte> output, AnswerPart part)
    {
        Begin(output, chunk: true);
        BeginChoice(part.Choice);
        if (IsChat)
        {
            _json.WriteStartObject("delta"u8);
            _json.WriteString("content"u8, part.Text);
            _json.WriteEndObject();
        }
        else
        {
            _json.WriteString("text"u8, part.Text);
        }

        WriteTokenIds(part.IsFirst ? _head.Prompts[part.Choice] : null, part.TokenIds);
        WriteLogprobs(part.Tokens);
        EndChunk(null);
    }

    /// <summary>A chunk with a stretch of what was found in a choice's text.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="part">The part it belongs to.</param>
    /// <param name="delta">The stretch; null when nothing is known yet of the part's text.</param>
    /// <param name="isFirst">It is the part's first, which also has what is said of the part's tokens.</param>
    public void WriteDelta(IBufferWriter<byte> output, AnswerPart part, OutputDelta? delta, bool isFirst)
    {
        Begin(output, chunk: true);
        BeginChoice(part.Choice);
        _json.WriteStartObject("delta"u8);
        if (delta is { } stretch)
        {
            _calls.WriteDelta(stretch, part.Choice);
        }

        _json.WriteEndObject();
        WriteTokenIds(null, isFirst ? part.TokenIds : []);
        WriteLogprobs(isFirst ? part.Tokens : []);
        EndChunk(null);
    }

    /// <summary>The chunk that closes a choice.</summary>
    public void WriteFinish(IBufferWriter<byte> output, int choice, FinishReason finish, bool endsInCalls)
    {
        Begin(output, chunk: true);
        BeginChoice(choice);
        if (IsChat)
        {
            _json.WriteStartObject("delta"u8);
            _json.WriteEndObject();
        }
        else
        {
            _json.WriteString("text"u8, ""u8);
        }

        _json.WriteNull("logprobs"u8);
        EndChunk(finish, endsInCalls);
    }

    /// <summary>The chunk that has the usage and no choice.</summary>
    public void WriteUsage(IBufferWriter<byte> output)
    {
        Begin(output, chunk: true);
        _json.WriteStartArray("choices"u8);
        _json.WriteEndArray();
        Usage.Write();
        End();
    }

    /// <summary>A whole answer.</summary>
    public void WriteWhole(IBufferWriter<byte> output, IReadOnlyList<AnswerChoice> choices)
    {
        Begin(output, chunk: false);
        _json.WriteStartArray("choices"u8);
        for (int i = 0; i < choices.Count; i++)
        {
            WriteChoice(i, choices[i]);
        }

        _json.WriteEndArray();
        if (IsChat)
        {
            // A chat has one prompt, so that what is said of it belongs to the whole.
            WritePromptLogprobs(choices[0].PromptLogprobs);
            if (_head.Report.ReturnTokenIds)
            {
                WriteIds("prompt_token_ids"u8, choices[0].Prompt);
            }
        }

        Usage.Write();
        End();
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private void WriteChoice(int index, AnswerChoice choice)
    {
        _json.WriteStartObject();
        _json.WriteNumber("index"u8, index);
        if (IsChat)
        {
            _json.WriteStartObject("message"u8);
            _json.WriteString("role"u8, "assistant"u8);
            WriteContent(choice);
            _json.WriteNull("refusal"u8);
            _calls.WriteWhole(choice, index);
            _json.WriteEndObject();
        }
        else
        {
            _json.WriteString("text"u8, choice.Text);
            WritePromptLogprobs(choice.PromptLogprobs);
        }

        WriteTokenIds(choice.Prompt, choice.TokenIds);
        WriteLogprobs(choice.Tokens);
        EndChoice(choice.Finish, choice.EndsInCalls);
    }

    private void WriteContent(AnswerChoice choice)
    {
        if (choice.IsWithoutText)
        {
            _json.WriteNull("content"u8);
        }
        else
        {
            _json.WriteString("content"u8, choice.Text);
        }
    }

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

    private void BeginChoice(int choice)
    {
        _json.WriteStartArray("choices"u8);
        _json.WriteStartObject();
        _json.WriteNumber("index"u8, choice);
    }

    private void EndChunk(FinishReason? finish, bool endsInCalls = false)
    {
        EndChoice(finish, endsInCalls);
        _json.WriteEndArray();
        if (_head.Delivery.ContinuousUsage)
        {
            Usage.Write();
        }
        else if (_head.Delivery.IncludeUsage)
        {
            _json.WriteNull("usage"u8);
        }

        End();
    }

    private void EndChoice(FinishReason? finish, bool endsInCalls)
    {
        if (finish is { } reason)
        {
            ReadOnlySpan<byte> name = endsInCalls ? "tool_calls"u8 : reason == FinishReason.Stop ? "stop"u8 : "length"u8;
            _json.WriteString("finish_reason"u8, name);
        }
        else
        {
            _json.WriteNull("finish_reason"u8);
        }

        _json.WriteEndObject();
    }

    private void WriteLogprobs(IReadOnlyList<AnswerToken> tokens)
    {
        if (_head.Report.Logprobs is not int top)
        {
            _json.WriteNull("logprobs"u8);
        }
        else if (IsChat)
        {
            _logprobs.WriteChat(tokens, top);
        }
        else
        {
            _logprobs.WriteText(tokens, top);
        }
    }

    private void WritePromptLogprobs(IReadOnlyList<TokenLogprobs?>? prompt)
    {
        if (_head.Report.PromptLogprobs is int top && prompt is not null)
        {
            _logprobs.WritePrompt(prompt, top);
        }
    }

    // Where vLLM has them: the ids of a chat's prompt at the top, of a text's prompt in each choice.
    private void WriteTokenIds(IReadOnlyList<int>? prompt, IReadOnlyList<int> tokenIds)
    {
        if (!_head.Report.ReturnTokenIds)
        {
            return;
        }

        if (!IsChat && prompt is not null)
        {
            WriteIds("prompt_token_ids"u8, prompt);
        }

        WriteIds("token_ids"u8, tokenIds);
    }

    private void WriteIds(ReadOnlySpan<byte> name, IReadOnlyList<int> ids)
    {
        _json.WriteStartArray(name);
        foreach (int id in ids)
        {
            _json.WriteNumberValue(id);
        }

        _json.WriteEndArray();
    }

    private void End()
    {
        _json.WriteEndObject();
        _json.Flush();
    }
}
