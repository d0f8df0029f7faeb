using System.Text.Json;
using Godwit.CommandLine.Render;
using Microsoft.Extensions.Time.Testing;

namespace Godwit.Tests.Render;

public sealed class RenderCommandTests : IDisposable
{
    private const string Template =
        "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}{% if tools %}{{ tools | tojson }}{% endif %}"
        + "{% if add_generation_prompt %}<assistant>{% endif %}{{ mood }}{% if documents %}{{ documents[0].text }}{% endif %}"
        + "{% if messages[0].role == 'alien' %}{{ raise_exception('No aliens!') }}{% endif %}";

    private readonly string _folder = Directory.CreateTempSubdirectory("godwit-render-").FullName;
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Answers_line_by_line()
    {
        Assert.Equal(0, Run(
            Template,
            """{"messages":[{"role":"user","content":"é\n<😀>"}],"tools":null,"add_generation_prompt":true,"extra":{}}""",
            """{"messages":[{"role":"user","content":null}]}""",
            """{"messages":[],"tools":[{"a":1}],"add_generation_prompt":false,"extra":{"mood":"!","bos_token":"","documents":[{"text":"d"}]}}"""));
        Assert.Equal(
            """
            {"rendered":"<s><user>é\n<\uD83D\uDE00><assistant>"}
            {"rendered":"<s><user>None"}
            {"rendered":"[{\"a\": 1}]!d"}

            """,
            _output.ToString());
    }

    [Fact]
    public void A_refusal_of_the_template_is_its_message()
    {
        Run(Template, """{"messages":[{"role":"alien"}]}""");
        Assert.Equal("{\"error\":\"No aliens!\"}\n", _output.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"messages":{}}""")]
    [InlineData("""{"messages":[],"add_generation_prompt":1}""")]
    [InlineData("""{"messages":[],"extra":[]}""")]
    [InlineData("""{"messages":["\ud800"]}""")]
    public void A_bad_line_is_answered_and_the_run_goes_on(string line)
    {
        Assert.Equal(0, Run(Template, line, """{"messages":[]}"""));
        string[] lines = _output.ToString().Split('\n');
        Assert.StartsWith("{\"error\":\"", lines[0], StringComparison.Ordinal);
        Assert.Equal("""{"rendered":"<s>"}""", lines[1]);
    }

    [Theory]
    [InlineData("{% include 'x' %}", "statement 'include' is not supported")]
    [InlineData("{{ 'a' + 1 }}", "line 1: can only concatenate")]
    [InlineData(null, "no chat template")]
    public void A_template_that_cannot_be_rendered_is_an_error_of_every_line(string? template, string message)
    {
        Assert.Equal(0, Run(template, """{"messages":[]}"""));
        Assert.Contains(message, JsonDocument.Parse(_output.ToString()).RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_time_is_the_clocks()
    {
        Run("{{ strftime_now('%d %b %Y') }}", """{"messages":[]}""");
        Assert.Equal("{\"rendered\":\"06 Jul 2024\"}\n", _output.ToString());
    }

    [Fact]
    public void A_broken_folder_is_said_and_fails()
    {
        File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"), "{");
        Assert.Equal(1, RenderCommand.Run(_folder, new StringReader("{}"), _output, _error, TimeProvider.System));
        Assert.StartsWith(Path.Combine(_folder, "tokenizer_config.json"), _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
    }

    private int Run(string? template, params string[] lines)
    {
        File.WriteAllText(
            Path.Combine(_folder, "tokenizer_config.json"), JsonSerializer.Serialize(new { bos_token = "<s>", chat_template = template }));
        var clock = new FakeTimeProvider(new DateTimeOffset(2024, 7, 6, 9, 5, 3, TimeSpan.Zero));
        int code = RenderCommand.Run(_folder, new StringReader(string.Join('\n', lines) + "\n"), _output, _error, clock);
        Assert.Empty(_error.ToString());
        return code;
    }
}
