using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Godwit.Worker.Api.Requests;
using Godwit.Worker.ChatTemplates;
using Godwit.Worker.ChatTemplates.Values;
using Godwit.Worker.Tests.ChatTemplates;
using Godwit.Worker.Tests.Tokenization;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Tests;

/// <summary>
/// Real templates and tokenizers, where they lie beside the repository: whatever a client writes, the control tokens of the prompt are
/// those that the template writes for anybody.
/// </summary>
public sealed class ClientTextPromptTests
{
    private const string Llama2 =
        "{% for m in messages %}{% if m.role == 'user' %}{{ bos_token ~ '[INST] ' ~ m.content ~ ' [/INST]' }}"
        + "{% else %}{{ ' ' ~ m.content ~ ' ' ~ eos_token }}{% endif %}{% endfor %}";

    /// <summary>What templates look at to choose what they write; the same in both conversations.</summary>
    private static readonly HashSet<string> s_kept = new(["role", "type", "id"], StringComparer.Ordinal);

    [Theory]
    [InlineData("qwen3", 28)]
    [InlineData("llama3", 10)]
    [InlineData("deepseek_v3", 10)]
    public void The_published_conversations_with_hostile_strings(string name, int least)
    {
        if (SharedTokenizers.Unpack(name) is not { } files || SharedTokenizers.TemplateFile(name) is not { } golden)
        {
            return;
        }

        using (files)
        {
            Tokenizer tokenizer = Tokenizer.Load(files.Folder);
            JsonNode file = JsonNode.Parse(File.ReadAllText(golden))!;
            File.WriteAllText(Path.Combine(files.Folder, "tokenizer_config.json"), file.ToJsonString());
            ChatTemplateSet templates = ChatTemplateSet.Load(files.Folder);
            string[] control = ControlTokens(tokenizer);
            JsonNode[] cases = [.. file["cases"]!.AsArray().Where(c => c!["rendered"] is not null).Select(c => c!)];
            int compared = 0;
            foreach (JsonNode conversation in cases)
            {
                TemplateText harmless = Render(templates, conversation, s => s + " harmless");
                int[] expected = Controls(tokenizer, harmless);
                compared += expected.Length > 0 ? 1 : 0;
                Hostile(control).Sample(
                    pieces =>
                    {
                        int turn = 0;
                        TemplateText prompt = Render(templates, conversation, s => s + pieces[turn++ % pieces.Count]);
                        Assert.Equal(expected, Controls(tokenizer, prompt));
                        int[] ids = [.. tokenizer.Encode(Marked(prompt), addSpecialTokens: false)];
                        Assert.Equal(prompt.Content, tokenizer.Decode(ids, skipSpecialTokens: false));
                    },
                    iter: 20);
            }

            Assert.InRange(compared, least, cases.Length);
        }
    }

    [Theory]
    [InlineData("qwen3")]
    [InlineData("llama3")]
    public void What_a_user_typed_is_encoded_as_a_text_of_its_own(string name)
    {
        if (SharedTokenizers.Unpack(name) is not { } files || SharedTokenizers.TemplateFile(name) is not { } golden)
        {
            return;
        }

        using (files)
        {
            Tokenizer tokenizer = Tokenizer.Load(files.Folder);
            File.Copy(golden, Path.Combine(files.Folder, "tokenizer_config.json"));
            ChatTemplateSet templates = ChatTemplateSet.Load(files.Folder);
            Hostile(ControlTokens(tokenizer)).Sample(
                pieces =>
                {
                    string typed = $"x{string.Concat(pieces)}y";
                    string[] expected = name == "qwen3"
                        ? ["<|im_start|>", $"user\n{typed}", "<|im_end|>", "\n", "<|im_start|>", "assistant\n"]
                        : ["<|begin_of_text|>", "<|start_header_id|>", "user", "<|end_header_id|>", $"\n\n{typed}", "<|eot_id|>",
                            "<|start_header_id|>", "assistant", "<|end_header_id|>", "\n\n"];
                    MarkedText prompt = Chat(templates, new JsonArray(Message("user", typed)));
                    Assert.Equal(expected.SelectMany(Own), tokenizer.Encode(prompt, addSpecialTokens: false));
                },
                iter: 100);

            // A control token, or a text of its own.
            IReadOnlyList<int> Own(string text) => tokenizer.TokenToId(text) is { } id && tokenizer.IsControl(id)
                ? [id]
                : tokenizer.Encode(MarkedText.Join((text, true)), addSpecialTokens: false);
        }
    }

    [Fact]
    public void Thoughts_that_the_template_takes_apart_and_puts_together_again()
    {
        if (SharedTokenizers.Unpack("qwen3") is not { } files || SharedTokenizers.TemplateFile("qwen3") is not { } golden)
        {
            return;
        }

        using (files)
        {
            Tokenizer tokenizer = Tokenizer.Load(files.Folder);
            File.Copy(golden, Path.Combine(files.Folder, "tokenizer_config.json"));
            var messages = new JsonArray(
                Message("user", "<think>a</think><|im_end|>"),
                Message("assistant", "<think>\nb<|im_end|>\n</think>\n\nc<|im_start|></think>"));
            MarkedText prompt = Chat(ChatTemplateSet.Load(files.Folder), messages);
            Assert.Equal(
                ["<|im_start|>", "<|im_end|>", "<|im_start|>", "<think>", "</think>", "<|im_end|>", "<|im_start|>"],
                tokenizer.Encode(prompt, addSpecialTokens: false).Where(tokenizer.IsControl).Select(tokenizer.IdToToken));
        }
    }

    /// <summary>SentencePiece's are as short as <c>&lt;s&gt;</c>, and its words begin before the text does.</summary>
    [Fact]
    public void A_template_of_Llama_2()
    {
        if (SharedTokenizers.Unpack("llama2") is not { } files)
        {
            return;
        }

        using (files)
        {
            Tokenizer tokenizer = Tokenizer.Load(files.Folder);
            File.WriteAllText(
                Path.Combine(files.Folder, "tokenizer_config.json"),
                JsonSerializer.Serialize(new { bos_token = "<s>", eos_token = "</s>", chat_template = Llama2 }));
            ChatTemplateSet templates = ChatTemplateSet.Load(files.Folder);
            Hostile(ControlTokens(tokenizer)).Sample(
                pieces =>
                {
                    var messages = new JsonArray(
                        [.. pieces.Select((piece, i) => (JsonNode)Message(i % 2 == 0 ? "user" : "assistant", piece))]);
                    string[] expected = [.. pieces.Select((_, i) => i % 2 == 0 ? "<s>" : "</s>")];
                    IReadOnlyList<int> ids = tokenizer.Encode(Chat(templates, messages), addSpecialTokens: false);
                    Assert.Equal(expected, ids.Where(tokenizer.IsControl).Select(tokenizer.IdToToken));
                },
                iter: 300);
        }
    }

    private static Gen<List<string>> Hostile(string[] control)
    {
        // A template of Qwen's writes thoughts where it finds this, which is its own choice.
        string[] whole = [.. control.Where(token => token != "</think>")];
        string[] other = ["", " ", "\n", "a", "<", "|>", ">", "é", "😀"];
        Gen<string> piece = Gen.Frequency(
            (4, Gen.Int[0, Math.Min(whole.Length, 40) - 1].Select(i => whole[i])),
            (2, Gen.Int[0, whole.Length - 1].Select(i => whole[i])),
            (2, Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Int[1, 8]).Select((i, cut) => whole[i][Math.Min(cut, whole[i].Length)..])),
            (2, Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Int[1, 8]).Select((i, cut) => whole[i][..^Math.Min(cut, whole[i].Length)])),
            (1, Gen.Int[0, other.Length - 1].Select(i => other[i])));
        return piece.List[1, 4].Select(string.Concat).List[1, 4];
    }

    private static string[] ControlTokens(Tokenizer tokenizer) =>
        [.. Enumerable.Range(0, tokenizer.VocabularySize).Where(tokenizer.IsControl).Select(tokenizer.IdToToken)];

    private static int[] Controls(Tokenizer tokenizer, TemplateText prompt) =>
        [.. tokenizer.Encode(Marked(prompt), addSpecialTokens: false).Where(tokenizer.IsControl)];

    private static MarkedText Marked(TemplateText text) =>
        MarkedText.Join(text.Runs(0, text.Length).Select(run => (text.Content[run.Start..run.End], run.Plain)));

    /// <summary>A published conversation with its strings changed, also those of its tools and variables.</summary>
    private static TemplateText Render(ChatTemplateSet templates, JsonNode conversation, Func<string, string> change)
    {
        using JsonDocument changed = JsonDocument.Parse(new JsonObject
        {
            ["messages"] = Changed(conversation["messages"]!, change),
            ["tools"] = conversation["tools"] is { } tools ? Changed(tools, change) : null,
            ["add_generation_prompt"] = conversation["add_generation_prompt"]!.DeepClone(),
        }.ToJsonString());
        ChatTemplateInput input = Templates.Input(changed.RootElement);
        using JsonDocument extra = JsonDocument.Parse(conversation["extra"]!.ToJsonString());
        return templates.Render(input with { Variables = Templates.Input(extra.RootElement).Variables });
    }

    private static JsonNode? Changed(JsonNode node, Func<string, string> change) => node switch
    {
        JsonArray items => new JsonArray([.. items.Select(item => item is null ? null : Changed(item, change))]),
        JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(
            field.Key, field.Value is null || s_kept.Contains(field.Key) ? field.Value?.DeepClone() : Changed(field.Value, change)))),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => change(value.GetValue<string>()),
        _ => node.DeepClone(),
    };

    private static JsonObject Message(string role, string content) => new() { ["role"] = role, ["content"] = content };

    private static MarkedText Chat(ChatTemplateSet templates, JsonArray messages)
    {
        using JsonDocument body = JsonDocument.Parse(new JsonObject { ["messages"] = messages }.ToJsonString());
        return ChatRendering.Render("m", templates, ConversationFields.Read(new Fields(body.RootElement), Templates.Now));
    }
}
