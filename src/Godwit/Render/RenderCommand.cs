using System.Text.Encodings.Web;
using System.Text.Json;
using Godwit.Worker.ChatTemplates;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.CommandLine.Render;

/// <summary>
/// The body of <c>godwit render DIR</c>: JSON lines <c>{"messages","tools","add_generation_prompt","extra"}</c> in, JSON lines
/// <c>{"rendered"}</c> out, with the chat template of DIR. Messages go to the template as they are. Needs nothing in DIR but
/// <c>tokenizer_config.json</c>.
/// </summary>
internal static class RenderCommand
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 128 };

    /// <summary>Runs until the input ends; a line that cannot be rendered gives <c>{"error"}</c> and the run goes on.</summary>
    /// <returns>The exit code: 0, or 1 when the folder could not be read.</returns>
    public static int Run(string directory, TextReader input, TextWriter output, TextWriter error, TimeProvider time)
    {
        ChatTemplateSet templates;
        try
        {
            templates = ChatTemplateSet.Load(directory);
        }
        catch (InvalidDataException e)
        {
            error.WriteLine(e.Message);
            return 1;
        }

        // Line by line and flushed, so that it can be driven through a pipe; '\n' on every system.
        while (input.ReadLine() is { } line)
        {
            output.Write(Answer(templates, line, time));
            output.Write('\n');
            output.Flush();
        }

        return 0;
    }

    private static string Answer(ChatTemplateSet templates, string line, TimeProvider time)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line, Deep);
            string rendered = templates.Render(ReadInput(document.RootElement, time)).Content;
            return JsonSerializer.Serialize(new { rendered }, Readable);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or ChatTemplateException)
        {
            return JsonSerializer.Serialize(new { error = e.Message }, Readable);
        }
    }

    private static ChatTemplateInput ReadInput(JsonElement line, TimeProvider time)
    {
        if (line.ValueKind != JsonValueKind.Object || Find(line, "messages") is not { ValueKind: JsonValueKind.Array } messages)
        {
            throw new JsonException("a line must be an object with an array \"messages\"");
        }

        return new ChatTemplateInput
        {
            Messages = [.. messages.EnumerateArray().Select(JsonValues.Read)],
            Tools = Find(line, "tools") is { } tools ? JsonValues.Read(tools) : null,
            AddGenerationPrompt = Find(line, "add_generation_prompt") switch
            {
                null or { ValueKind: JsonValueKind.False } => false,
                { ValueKind: JsonValueKind.True } => true,
                _ => throw new JsonException("\"add_generation_prompt\" must be true or false"),
            },
            Variables = Find(line, "extra") switch
            {
                null => new Dictionary<string, Value>(),
                { ValueKind: JsonValueKind.Object } extra => ReadVariables(extra),
                _ => throw new JsonException("\"extra\" must be an object"),
            },
            Documents = Find(line, "extra") is { ValueKind: JsonValueKind.Object } more && Find(more, "documents") is { } documents
                ? JsonValues.Read(documents)
                : null,
            Now = time.GetLocalNow(),
        };
    }

    private static Dictionary<string, Value> ReadVariables(JsonElement extra)
    {
        var variables = new Dictionary<string, Value>(StringComparer.Ordinal);
        foreach (JsonProperty variable in extra.EnumerateObject())
        {
            variables[variable.Name] = JsonValues.Read(variable.Value);
        }

        return variables;
    }

    private static JsonElement? Find(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
