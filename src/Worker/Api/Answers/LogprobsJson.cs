using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Api.Answers;

/// <summary>
/// Writes log-probabilities in OpenAI's two shapes and in vLLM's for prompts. Minus infinity is no JSON: −9999 stands for it.
/// </summary>
/// <param name="json">Where to.</param>
/// <param name="texts">Tokens as text.</param>
internal sealed class LogprobsJson(Utf8JsonWriter json, TokenTexts texts)
{
    private const float VeryUnlikely = -9999;

    /// <summary>The object of a chat choice: an entry per token.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="top">Alternatives per token.</param>
    public void WriteChat(IReadOnlyList<AnswerToken> tokens, int top)
    {
        json.WriteStartObject("logprobs"u8);
        json.WriteStartArray("content"u8);
        foreach (AnswerToken token in tokens)
        {
            json.WriteStartObject();
            WriteEntry(token.Text, Logprob(token.Logprobs!.Logprob), BytesOf(token));
            json.WriteStartArray("top_logprobs"u8);
            foreach (TokenLogprob other in token.Logprobs.Top.Take(top))
            {
                bool same = other.Id == token.Id;
                json.WriteStartObject();
                WriteEntry(same ? token.Text : NameOf(other.Id), Logprob(other.Logprob), same ? BytesOf(token) : texts.BytesOf(other.Id));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNull("refusal"u8);
        json.WriteEndObject();
    }

    /// <summary>The object of a text choice: parallel arrays. The first token of a prompt has no probability.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="top">Alternatives per token.</param>
    public void WriteText(IReadOnlyList<AnswerToken> tokens, int top)
    {
        json.WriteStartObject("logprobs"u8);
        WriteArray("tokens"u8, tokens, token => json.WriteStringValue(token.Text));
        WriteArray("token_logprobs"u8, tokens, WriteLogprob);
        WriteArray("top_logprobs"u8, tokens, token => WriteMap(token, top));
        WriteArray("text_offset"u8, tokens, token => json.WriteNumberValue(token.Offset));
        json.WriteEndObject();
    }

    /// <summary>vLLM's <c>prompt_logprobs</c>: per token a map from id to logprob, rank and text; null for the first.</summary>
    /// <param name="prompt">An entry per token of the prompt.</param>
    /// <param name="top">Alternatives per token.</param>
    public void WritePrompt(IReadOnlyList<TokenLogprobs?> prompt, int top)
    {
        json.WriteStartArray("prompt_logprobs"u8);
        foreach (TokenLogprobs? token in prompt)
        {
            if (token is null)
            {
                json.WriteNullValue();
                continue;
            }

            json.WriteStartObject();
            WriteRanked(token.Id, token.Logprob, token.Rank);
            for (int i = 0; i < Math.Min(top, token.Top.Count); i++)
            {
                if (token.Top[i].Id != token.Id)
                {
                    WriteRanked(token.Top[i].Id, token.Top[i].Logprob, i + 1);
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static float Logprob(float value) => Math.Max(value, VeryUnlikely);

    private void WriteEntry(string text, float logprob, byte[] bytes)
    {
        json.WriteString("token"u8, text);
        json.WriteNumber("logprob"u8, logprob);
        json.WriteStartArray("bytes"u8);
        foreach (byte value in bytes)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    private void WriteArray(ReadOnlySpan<byte> name, IReadOnlyList<AnswerToken> tokens, Action<AnswerToken> write)
    {
        json.WriteStartArray(name);
        foreach (AnswerToken token in tokens)
        {
            write(token);
        }

        json.WriteEndArray();
    }

    private void WriteLogprob(AnswerToken token)
    {
        if (token.Logprobs is { } logprobs)
        {
            json.WriteNumberValue(Logprob(logprobs.Logprob));
        }
        else
        {
            json.WriteNullValue();
        }
    }

    // By text, as OpenAI has it: of two tokens with one text the more likely is shown, and the chosen one before all.
    private void WriteMap(AnswerToken token, int top)
    {
        if (token.Logprobs is not { } logprobs)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        var written = new HashSet<string>(StringComparer.Ordinal) { token.Text };
        json.WriteNumber(token.Text, Logprob(logprobs.Logprob));
        foreach (TokenLogprob other in logprobs.Top.Take(top))
        {
            if (other.Id != token.Id && NameOf(other.Id) is var name && written.Add(name))
            {
                json.WriteNumber(name, Logprob(other.Logprob));
            }
        }

        json.WriteEndObject();
    }

    private void WriteRanked(int id, float logprob, int rank)
    {
        json.WriteStartObject(id.ToString());
        json.WriteNumber("logprob"u8, Logprob(logprob));
        json.WriteNumber("rank"u8, rank);
        json.WriteString("decoded_token"u8, NameOf(id));
        json.WriteEndObject();
    }

    // A token that holds part of a character shows its own bytes, any other the bytes of the text that is left of it.
    private byte[] BytesOf(AnswerToken token) =>
        texts.BytesOf(token.Id) is var own && Utf8.IsValid(own) ? Encoding.UTF8.GetBytes(token.Text) : own;

    private string NameOf(int id)
    {
        byte[] bytes = texts.BytesOf(id);
        return Utf8.IsValid(bytes)
            ? Encoding.UTF8.GetString(bytes)
            : "bytes:" + string.Concat(bytes.Select(b => $"\\x{b:x2}"));
    }
}
