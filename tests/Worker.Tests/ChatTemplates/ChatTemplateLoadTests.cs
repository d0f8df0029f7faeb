using Godwit.Worker.ChatTemplates;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.Tests.ChatTemplates;

public sealed class ChatTemplateLoadTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("godwit-template-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void No_files_no_template() => Assert.Null(ChatTemplateSet.Load(_folder).For(tools: false));

    [Theory]
    [InlineData("""{"bos_token":"<s>"}""")]
    [InlineData("""{"chat_template":null}""")]
    [InlineData("""{"chat_template":7}""")]
    [InlineData("""{"chat_template":[{"name":"tool_use","template":"x"},{"name":"default"},7]}""")]
    public void A_configuration_without_one_gives_none(string config)
    {
        Write("tokenizer_config.json", config);
        Assert.Throws<ChatTemplateMissingException>(() => Render());
    }

    [Theory]
    [InlineData("""{"chat_template":"one"}""")]
    [InlineData("""{"chat_template":[{"name":"tool_use","template":"x"},{"name":"default","template":"one"}]}""")]
    public void The_configuration_has_one(string config)
    {
        Write("tokenizer_config.json", config);
        Assert.Equal("one", Render());
    }

    [Fact]
    public void With_tools_the_template_for_tools_is_taken()
    {
        Write("tokenizer_config.json", """{"chat_template":[{"name":"tool_use","template":"t"},{"name":"default","template":"d"}]}""");
        Assert.Equal(("d", "t"), (Render(), Render(new ListValue([]))));
    }

    [Fact]
    public void Without_a_template_for_tools_the_default_takes_them()
    {
        Write("tokenizer_config.json", """{"chat_template":"{{ tools is none }}"}""");
        Assert.Equal(("True", "False"), (Render(), Render(new ListValue([]))));
    }

    [Fact]
    public void A_file_of_its_own_wins_over_the_configuration_and_that_over_the_processors_file()
    {
        Write("chat_template.json", """{"chat_template":"three"}""");
        Assert.Equal("three", Render());
        Write("tokenizer_config.json", """{"chat_template":"one"}""");
        Assert.Equal("one", Render());
        Write("chat_template.jinja", "two");
        Assert.Equal("two", Render());
    }

    [Fact]
    public void Additional_templates_lie_in_a_folder()
    {
        Write("chat_template.jinja", "d");
        Directory.CreateDirectory(Path.Combine(_folder, "additional_chat_templates"));
        Write("additional_chat_templates/tool_use.jinja", "t");
        Assert.Equal(("d", "t"), (Render(), Render(new ListValue([]))));
    }

    [Fact]
    public void One_that_is_not_understood_still_loads()
    {
        Write("chat_template.jinja", "{% include 'x' %}");
        Assert.Throws<ChatTemplateUnsupportedException>(() => Render());
    }

    [Theory]
    [InlineData("tokenizer_config.json", "{")]
    [InlineData("tokenizer_config.json", "[]")]
    [InlineData("tokenizer_config.json", """{"chat_template":"\ud800"}""")]
    [InlineData("chat_template.json", "nonsense")]
    public void A_broken_file_is_named(string name, string config)
    {
        Write(name, config);
        string message = Assert.Throws<InvalidDataException>(() => ChatTemplateSet.Load(_folder)).Message;
        Assert.StartsWith(Path.Combine(_folder, name), message, StringComparison.Ordinal);
    }

    [Fact]
    public void Special_tokens_are_texts_or_objects_with_a_text()
    {
        Write("tokenizer_config.json",
            """
            {"bos_token":{"content":"<s>"},"eos_token":"</s>","pad_token":null,"image_token":"<i>","add_bos_token":true,
             "additional_special_tokens":["<a>",{"content":"<b>"}],
             "chat_template":"{{ bos_token }}{{ eos_token }}{{ image_token }}{{ additional_special_tokens }}{{ pad_token is defined }}{{ add_bos_token }}"}
            """);
        Assert.Equal("<s></s><i>['<a>', '<b>']False", Render());
        Assert.Equal("<s>", ChatTemplateSet.Load(_folder).BosToken);
    }

    [Fact]
    public void One_template_serves_many_threads()
    {
        Write("chat_template.jinja", "{% set ns = namespace(n=0) %}{% for i in range(200) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}");
        ChatTemplateSet templates = ChatTemplateSet.Load(_folder);
        var prompts = new string[64];
        var input = new ChatTemplateInput { Messages = [], Now = Templates.Now };
        Parallel.For(0, prompts.Length, i => prompts[i] = templates.Render(input).Content);
        Assert.All(prompts, prompt => Assert.Equal("19900", prompt));
    }

    private string Render(Value? tools = null) =>
        ChatTemplateSet.Load(_folder).Render(new ChatTemplateInput { Messages = [], Tools = tools, Now = Templates.Now }).Content;

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
