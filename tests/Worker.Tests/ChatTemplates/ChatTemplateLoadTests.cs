using Godwit.Worker.ChatTemplates;

namespace Godwit.Worker.Tests.ChatTemplates;

public sealed class ChatTemplateLoadTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("godwit-template-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void No_files_no_template() => Assert.Null(ChatTemplate.Load(_folder));

    [Theory]
    [InlineData("""{"bos_token":"<s>"}""")]
    [InlineData("""{"chat_template":null}""")]
    [InlineData("""{"chat_template":[{"name":"tool_use","template":"x"}]}""")]
    public void A_configuration_without_one_gives_none(string config)
    {
        Write("tokenizer_config.json", config);
        Assert.Null(ChatTemplate.Load(_folder));
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
    public void A_file_of_its_own_wins()
    {
        Write("tokenizer_config.json", """{"chat_template":"one"}""");
        Write("chat_template.jinja", "two");
        Assert.Equal("two", Render());
    }

    [Fact]
    public void One_that_cannot_be_rendered_still_loads()
    {
        Write("chat_template.jinja", "{% macro x() %}{% endmacro %}");
        Assert.Throws<ChatTemplateUnsupportedException>(Render);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"chat_template":"\ud800"}""")]
    public void A_broken_configuration_is_named(string config)
    {
        Write("tokenizer_config.json", config);
        string message = Assert.Throws<InvalidDataException>(() => ChatTemplate.Load(_folder)).Message;
        Assert.StartsWith(Path.Combine(_folder, "tokenizer_config.json"), message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_are_texts_or_objects_with_a_text()
    {
        Write("tokenizer_config.json", """{"bos_token":{"content":"<s>"},"eos_token":"</s>"}""");
        Assert.Equal(new TokenizerConfig(null, "<s>", "</s>"), TokenizerConfig.Load(_folder));
    }

    private string Render() => ChatTemplate.Load(_folder)!.Render([], addGenerationPrompt: true, null, null);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
