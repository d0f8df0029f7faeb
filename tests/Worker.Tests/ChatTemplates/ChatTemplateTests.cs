using Godwit.Worker.ChatTemplates;

namespace Godwit.Worker.Tests.ChatTemplates;

public sealed class ChatTemplateTests
{
    private static readonly ChatTemplateMessage[] Conversation = [new("system", "Be kind."), new("user", "Hi {{ x }}")];

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("{% for m in messages %}{{ m.content }}{% endfor %}", "Be kind.Hi {{ x }}")]
    [InlineData("{{ bos_token }}{% for message in messages %}[{{ message['role'] }}]{{ message.content + eos_token }}{% endfor %}",
        "<s>[system]Be kind.</s>[user]Hi {{ x }}</s>")]
    [InlineData("{% for m in messages %}{{ '<' + m[\"role\"] + '>\\n' }}{% endfor %}", "<system>\n<user>\n")]
    [InlineData("{{ 'it\\'s' + \"\\\"\\u00e9\\x41\\q\" }}", "it's\"éA\\q")]
    [InlineData("a {#- not this: {{ nor {% -#} b", "ab")]
    [InlineData("x{# c #}\ny", "xy")]
    [InlineData("{% for m in messages %}\n{{ m.role }}\n{% endfor %}\n", "system\nuser\n")]
    [InlineData("  {% for m in messages %}\n    {{ m.role }};\n  {% endfor %}end", "    system;\n    user;\nend")]
    [InlineData("{%- for m in messages -%}\n  {{- m.role -}}\n  ,\n{%- endfor -%}\n  z", "system,user,z")]
    [InlineData("a\n  {%+ for m in messages +%}\n{{ m.role }}{% endfor %}", "a\n  \nsystem\nuser")]
    [InlineData("a {% for m in messages %}b {% endfor %}", "a b b ")]
    [InlineData("one\r\ntwo\n\n", "one\ntwo\n")]
    [InlineData("{ { } } {\"a\"}", "{ { } } {\"a\"}")]
    [InlineData("{% for m in messages %}{{m.role}}{% endfor %}{% for n in messages %}-{% endfor %}", "systemuser--")]
    public void Renders(string template, string expected) =>
        Assert.Equal(expected, new ChatTemplate(template).Render(Conversation, addGenerationPrompt: true, "<s>", "</s>"));

    [Fact]
    public void An_undefined_token_prints_as_nothing() =>
        Assert.Equal("x", new ChatTemplate("{{ bos_token }}x{{ eos_token }}").Render(Conversation, true, null, null));

    [Fact]
    public void An_undefined_token_cannot_be_added()
    {
        var template = new ChatTemplate("{{ bos_token + 'x' }}");
        Assert.Throws<ChatTemplateUnsupportedException>(() => template.Render(Conversation, true, null, null));
    }

    [Theory]
    [InlineData("{% if messages %}x{% endif %}", "statement 'if' is not supported", 1, 4)]
    [InlineData("a\nb{{ messages[0] }}", "variable 'messages' is not supported here", 2, 5)]
    [InlineData("{% for m in messages %}{{ m.tool_calls }}{% endfor %}", "message field 'tool_calls'", 1, 29)]
    [InlineData("{% for m in messages %}{{ m }}{% endfor %}", "a message is supported only with a field", 1, 29)]
    [InlineData("{% for m in messages %}{% for n in messages %}{% endfor %}{% endfor %}", "a loop within a loop", 1, 27)]
    [InlineData("{% for m in tools %}{% endfor %}", "'messages' was expected", 1, 13)]
    [InlineData("{% for m in messages %}", "a 'for' has no 'endfor'", 1, 4)]
    [InlineData("{% endfor %}", "'endfor' without 'for'", 1, 1)]
    [InlineData("{{ 'a' | trim }}", "'|' is not supported here", 1, 8)]
    [InlineData("{{ {'a': 1}['a'] }}", "'{' is not supported here", 1, 4)]
    [InlineData("{{ 'a }}", "a string is not closed", 1, 4)]
    [InlineData("{{ 'a' ", "a tag is not closed", 1, 1)]
    [InlineData("{# a", "a comment is not closed", 1, 1)]
    [InlineData("{{ ? }}", "unexpected character '?'", 1, 4)]
    [InlineData("{{ }}", "'}}' is not supported here", 1, 4)]
    public void Refuses_what_it_cannot_render_only_when_it_has_to(string source, string what, int line, int column)
    {
        var template = new ChatTemplate(source);
        var refusal = Assert.Throws<ChatTemplateUnsupportedException>(() => template.Render(Conversation, true, "<s>", "</s>"));
        Assert.Contains(what, refusal.What, StringComparison.Ordinal);
        Assert.Equal((line, column), (refusal.Line, refusal.Column));
    }
}
