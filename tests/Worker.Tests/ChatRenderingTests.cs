using System.Text.Json;
using Godwit.Worker.Api;
using Godwit.Worker.Api.Requests;
using Godwit.Worker.ChatTemplates;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Tests;

/// <summary>From the fields of a chat request to the prompt, by real templates.</summary>
public sealed class ChatRenderingTests : IDisposable
{
    private const string Plain = "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}";
    private const string User = """[{"role":"user","content":"Hi"}]""";

    private readonly string _folder = Directory.CreateTempSubdirectory("godwit-rendering-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("", "<s><user>Hi<assistant>")]
    [InlineData("\"add_generation_prompt\":true", "<s><user>Hi<assistant>")]
    [InlineData("\"add_generation_prompt\":false", "<s><user>Hi")]
    [InlineData("\"add_generation_prompt\":null,\"continue_final_message\":null,\"chat_template_kwargs\":null,\"documents\":[]", "<s><user>Hi<assistant>")]
    public void Opening_the_assistants_turn(string fields, string expected) => Assert.Equal(expected, Render(Plain, User, fields));

    [Theory]
    [InlineData("ab", "<user>Hi</user><assistant>ab")]
    [InlineData(" ab ", "<user>Hi</user><assistant>ab ")]
    [InlineData("", "<user>Hi</user><assistant></assistant>")]
    [InlineData("Hi", "<user>Hi</user><assistant>Hi")]
    public void Continuing_the_last_message(string last, string expected) => Assert.Equal(expected, Render(
        "{% for m in messages %}<{{ m.role }}>{{ m.content.lstrip() }}</{{ m.role }}>{% endfor %}{% if add_generation_prompt %}x{% endif %}",
        $$"""[{"role":"user","content":"Hi"},{"role":"assistant","content":"{{last}}"}]""",
        "\"continue_final_message\":true"));

    [Fact]
    public void Continuing_a_message_that_the_template_trims() => Assert.Equal("<assistant>ab", Render(
        "{% for m in messages %}<{{ m.role }}>{{ m.content | trim }} |{% endfor %}",
        """[{"role":"assistant","content":" ab \n"}]""",
        "\"continue_final_message\":true"));

    [Fact]
    public void Continuing_the_last_part() => Assert.Equal("[a][b", Render(
        "{% for m in messages %}{% for p in m.content %}[{{ p.text }}]{% endfor %}{% endfor %}",
        """[{"role":"assistant","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]""",
        "\"continue_final_message\":true"));

    /// <summary>The template's own text may be written like the message; what is looked for is the message.</summary>
    [Theory]
    [InlineData("ab", "<assistant>ab")]
    [InlineData("end", "<assistant>end")]
    [InlineData("d></en", "<assistant>d></en")]
    [InlineData("<end><end>", "<assistant><end><end>")]
    public void Continuing_a_message_that_is_written_like_the_template(string last, string expected)
    {
        MarkedText prompt = RenderMarked(
            "{% for m in messages %}<{{ m.role }}>{{ m.content }}<end></end>{% endfor %}",
            $$"""[{"role":"assistant","content":"{{last}}"}]""",
            "\"continue_final_message\":true");
        Assert.Equal(expected, prompt.Text);
        Assert.Equal(expected.Select((_, i) => i >= "<assistant>".Length), prompt.Plain!);
    }

    /// <summary>Templates make tokens of the API's roles; a role that only the client knows is its text.</summary>
    [Theory]
    [InlineData("user", "w w")]
    [InlineData("assistant", "w w")]
    [InlineData("narrator", "p p")]
    public void A_role_of_the_API_is_a_word_of_the_templates(string role, string expected)
    {
        MarkedText prompt = RenderMarked(
            "{{ messages[0].role }} {{ messages[0]['role'] }}", $$"""[{"role":"{{role}}","content":"a"}]""");
        Assert.Equal(expected, $"{Kind(0)} {Kind(role.Length + 1)}");

        string Kind(int at) => prompt.Plain?[at] == true ? "p" : "w";
    }

    [Theory]
    [InlineData("""[{"role":"user","content":"c","name":"c","x":[{"c":"c"}]}]""", "")]
    [InlineData("""[{"role":"user","content":[{"type":"text","text":"c"}]}]""", "")]
    [InlineData("""[{"role":"user","content":"a"}]""", "\"documents\":[{\"c\":\"c\"}],\"chat_template_kwargs\":{\"variable\":\"c\",\"other\":[\"c\"]}")]
    public void Every_string_of_the_request_is_plain(string messages, string fields)
    {
        MarkedText prompt = RenderMarked("C{{ messages | tojson }}{{ documents }}{{ variable }}{{ other }}C", messages, fields);
        Assert.Contains('c', prompt.Text);
        Assert.All(Enumerable.Range(0, prompt.Text.Length).Where(i => prompt.Text[i] == 'c'), i => Assert.True(prompt.Plain![i]));
        Assert.False(prompt.Plain![0] || prompt.Plain[^1]);
    }

    [Theory]
    [InlineData("\"continue_final_message\":true,\"add_generation_prompt\":true", "continue_final_message", "cannot both be true")]
    [InlineData("\"continue_final_message\":true", "continue_final_message", "needs a last message with the role assistant")]
    [InlineData("\"continue_final_message\":1", "continue_final_message", "true or false")]
    [InlineData("\"add_generation_prompt\":\"yes\"", "add_generation_prompt", "true or false")]
    [InlineData("\"chat_template_kwargs\":[]", "chat_template_kwargs", "an object such as")]
    [InlineData("\"chat_template_kwargs\":{\"messages\":[]}", "chat_template_kwargs.messages", "cannot be set")]
    [InlineData("\"chat_template_kwargs\":{\"bos_token\":\"\"}", "chat_template_kwargs.bos_token", "this model's template reads none")]
    [InlineData("\"documents\":{}", "documents", "an array of objects")]
    [InlineData("\"documents\":[{},1]", "documents[1]", "an object")]
    [InlineData("\"documents\":[{\"text\":\"a\"}]", "documents", "does not read 'documents'")]
    public void Bad_fields(string fields, string param, string message)
    {
        var refusal = Assert.Throws<ApiException>(() => Render(Plain, User, fields));
        Assert.Equal(param, refusal.Error.Param);
        Assert.Contains(message, refusal.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_that_the_template_changes_cannot_be_continued() => Assert.Equal(
        "continue_final_message",
        Assert.Throws<ApiException>(() => Render(
            "{{ messages[0].content | upper }}", """[{"role":"assistant","content":"ab"}]""", "\"continue_final_message\":true")).Error.Param);

    [Theory]
    [InlineData("""{"enable_thinking":false}""", "False")]
    [InlineData("""{"enable_thinking":{"a":[1]},"nobody_reads":1}""", "{'a': [1]}")]
    [InlineData("""{"m":1}""", "")]
    [InlineData("{}", "")]
    public void Variables_that_the_template_reads_arrive_and_others_do_not(string variables, string expected) => Assert.Equal(
        expected,
        Render("{{ enable_thinking }}{{ nobody }}{% for m in [] %}{% endfor %}{{ m }}", User, $"\"chat_template_kwargs\":{variables}"));

    [Fact]
    public void Documents_arrive_where_they_are_read() => Assert.Equal(
        "a;b;", Render("{% for d in documents %}{{ d.text }};{% endfor %}", User, """ "documents":[{"text":"a"},{"text":"b"}] """));

    [Theory]
    [InlineData("{{ messages | tojson }}", """[{"role":"user","content":"a","name":"n","x":{"y":1.0}}]""", """[{"role": "user", "content": "a", "name": "n", "x": {"y": 1.0}}]""")]
    [InlineData("{{ messages | tojson }}", """[{"content":null,"role":"assistant","refusal":null,"tool_calls":[]}]""", """[{"role": "assistant", "content": ""}]""")]
    [InlineData("{{ messages | tojson }}", """[{"role":"assistant","content":"a","reasoning_content":"r"}]""", """[{"role": "assistant", "content": "a", "reasoning_content": "r"}]""")]
    public void Messages_keep_their_fields_but_for_nulls(string template, string messages, string expected) =>
        Assert.Equal(expected, Render(template, messages));

    [Theory]
    [InlineData("{% for m in messages %}{{ m.content }}{% endfor %}", "a\nb", "Hi")]
    [InlineData("{% for m in messages %}{% if m.content is string %}s:{{ m.content }}{% else %}{% for p in m.content %}[{{ p.text }}]{% endfor %}{% endif %}{% endfor %}", "[a][b]", "s:Hi")]
    [InlineData("{% for m in messages %}{% for p in m.content %}[{{ p.type }}:{{ p.text }}]{% endfor %}{% endfor %}", "[text:a][text:b]", "[text:Hi]")]
    public void Content_comes_in_the_form_that_the_template_takes(string template, string ofParts, string ofText)
    {
        Assert.Equal(ofParts, Render(template, """[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]"""));
        Assert.Equal(ofText, Render(template, User));
    }

    [Fact]
    public void The_time_is_that_of_the_request() => Assert.Equal("2025-06-15", Render("{{ strftime_now('%Y-%m-%d') }}", User));

    [Theory]
    [InlineData("{{ raise_exception('Roles must alternate!') }}", "chat_template_error", "Roles must alternate!")]
    [InlineData("{{ 'a' + 1 }}", "chat_template_error", "The chat template of 'm' failed on these messages: chat template, line 1")]
    [InlineData("{% include 'x' %}", "chat_template_unsupported", "The chat template of 'm' is not supported: chat template, line 1, column 4")]
    public void Failures_are_the_clients_to_know(string template, string code, string message)
    {
        var refusal = Assert.Throws<ApiException>(() => Render(template, User));
        Assert.Equal((400, "messages", code), (refusal.Error.Status, refusal.Error.Param, refusal.Error.Code));
        Assert.StartsWith(message, refusal.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_template_there_is_no_chat() => Assert.Equal(
        "chat_template_missing", Assert.Throws<ApiException>(() => Render(null, User)).Error.Code);

    [Fact]
    public void A_number_beyond_all_measure_is_refused() => Assert.Equal(
        "messages",
        Assert.Throws<ApiException>(() => Render(Plain, $$"""[{"role":"user","content":"a","x":{{new string('9', 5000)}}}]""")).Error.Param);

    [Fact]
    public void Tools_and_calls_arrive_in_Qwens_template()
    {
        using JsonDocument qwen = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "ChatTemplates/Cases/qwen3.json")));
        string template = qwen.RootElement.GetProperty("chat_template").GetString()!;
        JsonElement tools = qwen.RootElement.GetProperty("cases").EnumerateArray().First(c => c.GetProperty("name").ValueEquals("tools"));
        string definitions = $"\"tools\":{tools.GetProperty("tools").GetRawText()}";
        Assert.Equal(tools.GetProperty("rendered").GetString(), Render(template, tools.GetProperty("messages").GetRawText(), definitions));

        const string Calls = """
            [{"role":"user","content":"Hi"},
             {"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},{"id":"2","type":"function","function":{"name":"g","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"1","content":"one"}]
            """;
        Assert.Equal(
            "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": 1}}\n</tool_call>"
                + "\n<tool_call>\n{\"name\": \"g\", \"arguments\": {}}\n</tool_call><|im_end|>\n<|im_start|>user\n<tool_response>\none\n</tool_response><|im_end|>\n<|im_start|>assistant\n",
            Render(template, Calls));
    }

    [Theory]
    [InlineData("{{ c.function.name + ' ' + c.function.arguments }}", "f {\"a\": 1}")]
    [InlineData("{{ c.function.name + ' ' + c.function.arguments | tojson }}", "f {\"a\": 1}")]
    [InlineData("{{ c.function.name }}:{% for k, v in c.function.arguments.items() %}{{ k }}={{ v }}{% endfor %}", "f:a=1")]
    public void Arguments_of_earlier_calls_come_as_the_template_wants_them(string call, string expected)
    {
        string template = "{% for m in messages %}{% for c in m.tool_calls or [] %}" + call + "{% endfor %}{% endfor %}";
        const string Calls = """
            [{"role":"user","content":"Hi"},
             {"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\": 1}"}}]}]
            """;
        Assert.Equal(expected, Render(template, Calls));
    }

    [Theory]
    [InlineData("", "plain")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]", "tools: f")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"tool_choice\":\"none\"", "plain")]
    public void A_template_for_tools_is_used_for_tools(string fields, string expected)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "additional_chat_templates"));
        File.WriteAllText(
            Path.Combine(_folder, "additional_chat_templates", "tool_use.jinja"), "tools: {% for t in tools %}{{ t.function.name }}{% endfor %}");
        Assert.Equal(expected, Render("plain", User, fields));
    }

    [Fact]
    public void Half_a_surrogate_pair_in_a_schema_is_refused() => Assert.Equal(
        400,
        Assert.Throws<ApiException>(() => Render(
            "{{ tools }}",
            User,
            "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"title\":\"\\ud800\"}}}]")).Error.Status);

    private string Render(string? template, string messages, string fields = "") => RenderMarked(template, messages, fields).Text;

    private MarkedText RenderMarked(string? template, string messages, string fields = "")
    {
        string config = JsonSerializer.Serialize(new { bos_token = "<s>", chat_template = template });
        File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"), config);
        using JsonDocument body = JsonDocument.Parse($$"""{"messages":{{messages}}{{(fields.Length > 0 ? "," : "")}}{{fields}}}""");
        var now = new DateTimeOffset(2025, 6, 15, 12, 0, 0, TimeSpan.Zero);
        var all = new Fields(body.RootElement);
        ChatConversation chat = ConversationFields.Read(all, now) with { Tools = ToolFields.Read(all)?.ForTemplate };
        return ChatRendering.Render("m", ChatTemplateSet.Load(_folder), chat);
    }
}
