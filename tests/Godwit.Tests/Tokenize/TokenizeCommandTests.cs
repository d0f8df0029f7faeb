using Godwit.CommandLine.Tokenize;

namespace Godwit.Tests.Tokenize;

public sealed class TokenizeCommandTests : IDisposable
{
    private const string File =
        """
        {"added_tokens":[{"id":0,"content":"<s>","special":true,"normalized":false}],
         "decoder":{"type":"Fuse"},
         "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}},{"Sequence":{"id":"A"}}],
          "special_tokens":{"<s>":{"ids":[0]}}},
         "model":{"type":"BPE","unk_token":"<s>","vocab":{"<s>":0,"a":1,"b":2,"ab":3,"\uFFFD":4,"\n":5,"é":6},"merges":["a b"]}}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("godwit-tokenize-").FullName;
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Answers_line_by_line_without_adding_special_tokens_or_skipping_them()
    {
        Assert.Equal(0, Run("""{"text":"ab<s>a"}""", """{"text":"é\n"}""", """{"text":""}"""));
        Assert.Equal(
            """
            {"ids":[3,0,1],"decoded":"ab<s>a"}
            {"ids":[6,5],"decoded":"é\n"}
            {"ids":[],"decoded":""}

            """,
            _output.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"text":1}""")]
    public void A_bad_line_is_answered_and_the_run_goes_on(string line)
    {
        Assert.Equal(0, Run(line, """{"text":"ab"}"""));
        string[] lines = _output.ToString().Split('\n');
        Assert.StartsWith("{\"error\":\"", lines[0], StringComparison.Ordinal);
        Assert.Equal("""{"ids":[3],"decoded":"ab"}""", lines[1]);
    }

    [Fact]
    public void Half_a_surrogate_pair_counts_as_a_replacement_character()
    {
        Run("""{"text":"\ud800a\u0062\udc00\n"}""");
        Assert.Equal("{\"ids\":[4,3,4,5],\"decoded\":\"\uFFFDab\uFFFD\\n\"}\n", _output.ToString());
    }

    [Fact]
    public void Without_a_tokenizer_it_says_so_and_fails()
    {
        Assert.Equal(1, TokenizeCommand.Run(_folder, new StringReader("{}"), _output, _error));
        Assert.Equal($"{Path.Combine(_folder, "tokenizer.json")}: the file is missing{Environment.NewLine}", _error.ToString());
        Assert.Empty(_output.ToString());
    }

    private int Run(params string[] lines)
    {
        System.IO.File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), File);
        int code = TokenizeCommand.Run(_folder, new StringReader(string.Join('\n', lines) + "\n"), _output, _error);
        Assert.Empty(_error.ToString());
        return code;
    }
}
