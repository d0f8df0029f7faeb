using System.Text.Json.Nodes;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Tests.Tokenization;

public sealed class TokenizerLoadTests
{
    [Fact]
    public void A_missing_file_is_named()
    {
        using var files = new TemporaryTokenizer(null);
        string message = Assert.Throws<InvalidDataException>(() => Tokenizer.Load(files.Folder)).Message;
        Assert.Equal($"{Path.Combine(files.Folder, "tokenizer.json")}: the file is missing", message);
    }

    [Theory]
    [InlineData("", "malformed JSON")]
    [InlineData("{\"model\":", "malformed JSON")]
    [InlineData("[]", "an object with 'added_tokens' was expected")]
    [InlineData("{}", "'model' is missing")]
    [InlineData("""{"model":{"type":"Unigram","vocab":[]}}""", "model type 'Unigram' is not supported")]
    [InlineData("""{"model":{"type":"BPE","vocab":{},"merges":[]}}""", "'vocab' is empty")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":-1},"merges":[]}}""", "'vocab' must be a token id")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":2000000000},"merges":[]}}""", "'vocab' must be a token id")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":["a b"]}}""", "'merges' names 'b'")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":["a"]}}""", "merge 0 is not a pair")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[7]}}""", "'merges' must be a string")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[],"unk_token":"u"}}""", "'unk_token' names 'u'")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[],"dropout":0.1}}""", "'dropout' is not supported")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[],"end_of_word_suffix":"12345678901234567"}}""", "'end_of_word_suffix'")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"\ud800":0},"merges":[]}}""", "malformed JSON")]
    [InlineData("""{"added_tokens":[{"id":1}],"model":{"type":"BPE","vocab":{"a":0},"merges":[]}}""", "'content' is missing")]
    [InlineData("""{"added_tokens":[{"id":1,"content":"\ud800"}],"model":{"type":"BPE","vocab":{"a":0},"merges":[]}}""", "half a surrogate")]
    [InlineData("""{"added_tokens":[{"id":1,"content":"a"}],"model":{"type":"BPE","vocab":{"a":0},"merges":[]}}""", "gives 'a' the id 1, and 'vocab' 0")]
    [InlineData("""{"added_tokens":[{"id":0,"content":"b"}],"model":{"type":"BPE","vocab":{"a":0},"merges":[]}}""", "gives 'b' the id 0, which is that of 'a'")]
    public void What_is_wrong_is_said_in_one_line(string json, string what)
    {
        using var files = new TemporaryTokenizer(json);
        string message = Assert.Throws<InvalidDataException>(() => Tokenizer.Load(files.Folder)).Message;
        Assert.StartsWith(Path.Combine(files.Folder, "tokenizer.json") + ": ", message, StringComparison.Ordinal);
        Assert.Contains(what, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("normalizer", """{"type":"Precompiled","precompiled_charsmap":""}""", "normalizer 'Precompiled'")]
    [InlineData("normalizer", """{"type":"BertNormalizer"}""", "normalizer 'BertNormalizer'")]
    [InlineData("pre_tokenizer", """{"type":"UnicodeScripts"}""", "pre-tokenizer 'UnicodeScripts'")]
    [InlineData("pre_tokenizer", """{"type":"CharDelimiterSplit","delimiter":"ab"}""", "'delimiter' must be one character")]
    [InlineData("pre_tokenizer", """{"type":"Punctuation","behavior":"Sideways"}""", "'Sideways'")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"("},"behavior":"Isolated"}""", "pattern '('")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"\\p{Han}"},"behavior":"Isolated"}""", "the property 'Han'")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"a"},"behavior":"Sideways"}""", "'Sideways'")]
    [InlineData("decoder", """{"type":"WordPiece"}""", "decoder 'WordPiece'")]
    [InlineData("decoder", """{"type":"Strip","content":" ","start":1,"stop":0}""", "decoder 'Strip'")]
    [InlineData("post_processor", """{"type":"Unheard"}""", "post-processor 'Unheard'")]
    [InlineData("post_processor", """{"type":"BertProcessing","sep":["a"],"cls":["b",1]}""", "'sep' must be a token and its id")]
    [InlineData("post_processor", """{"type":"TemplateProcessing","single":[]}""", "leaves out the text")]
    public void What_is_not_supported_is_named(string section, string json, string what)
    {
        JsonObject file = TokenizerFiles.ByteLevel();
        file[section] = TokenizerFiles.Json(json);
        string message = Assert.Throws<InvalidDataException>(file.Load).Message;
        Assert.Contains(what, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }
}
