using System.Text;
using System.Text.Json;
using CsCheck;
using Godwit.Contracts.OpenAI;
using Godwit.Gateway.OpenAI;

namespace Godwit.Gateway.Tests.OpenAI;

public sealed class GenerationCallReaderTests
{
    [Fact]
    public void Fields_of_the_top_level_are_read()
    {
        GenerationCall call = Read("""
            {"x":{"model":"inner","stream":false},"model":"tiny","stream":true,"seed":-5,"max_tokens":3,
             "max_completion_tokens":9,"priority":-7,"messages":[{"content":"model"}]}
            """);
        Assert.Equal(("tiny", true, -5L, 9, -7), (call.Model, call.Stream, call.Seed!.Value, call.MaxTokens!.Value, call.Priority));
        Assert.Equal("""[{"content":"model"}]""".Length, call.PromptBytes);
    }

    [Fact]
    public void Body_that_names_no_model_may_have_the_only_one()
    {
        Assert.Equal("only", GenerationCallReader.Read("""{"input":"abc"}"""u8, "only").Call!.Model);
        Assert.Equal("only", GenerationCallReader.Read("""{"model":null}"""u8, "only").Call!.Model);
        Assert.Equal("own", GenerationCallReader.Read("""{"model":"own"}"""u8, "only").Call!.Model);
        Assert.Equal("invalid_value", GenerationCallReader.Read("""{"model":7}"""u8, "only").Error!.Code);
    }

    [Fact]
    public void Call_that_generates_nothing_is_neither_streamed_nor_long()
    {
        GenerationCall call = Read("""{"model":"a","input":["b","c"],"stream":true,"max_tokens":9}""").WithoutGeneration();
        Assert.Equal((false, 0, """["b","c"]""".Length), (call.Stream, call.MaxTokens!.Value, call.PromptBytes));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    public void It_is_known_where_prompt_and_seed_stand(string mark)
    {
        byte[] body = Encoding.UTF8.GetBytes(mark + """ {"model":"ä", "messages" : [{"content":"b"}] , "seed": -12 }""");
        GenerationCall call = GenerationCallReader.Read(body).Call!;
        Assert.Equal("""[{"content":"b"}]""", Encoding.UTF8.GetString(body[call.PromptAt]));
        Assert.Equal("-12", Encoding.UTF8.GetString(body[call.SeedAt]));
    }

    [Theory]
    [InlineData("""{"model":"a"}""", "/v1/completions", 1)]
    [InlineData("""{"model":"a","n":3}""", "/v1/completions", 3)]
    [InlineData("""{"model":"a","n":3,"best_of":5}""", "/v1/completions", 5)]
    [InlineData("""{"model":"a","n":3,"best_of":null}""", "/v1/completions", 3)]
    [InlineData("""{"model":"a","n":3,"best_of":5}""", "/v1/chat/completions", 3)]
    public void Choices_are_counted_as_the_worker_counts_them(string body, string path, int choices) =>
        Assert.Equal(choices, Read(body).ChoicesPerPrompt(path));

    [Fact]
    public void Names_may_be_escaped_and_the_last_of_two_counts()
    {
        GenerationCall call = Read("""{"model":"a","\u006dodel":"b","stream":true,"stream":false}""");
        Assert.Equal(("b", false), (call.Model, call.Stream));
    }

    [Fact]
    public void Fields_of_the_wrong_type_are_left_to_the_worker()
    {
        GenerationCall call = Read("""{"model":"a","stream":"yes","seed":1.5,"max_tokens":"9","priority":{"a":[1]}}""");
        Assert.Equal(new GenerationCall("a", false, null, null, 0, 0) { SeedAt = call.SeedAt }, call);
    }

    [Theory]
    [InlineData("", "invalid_json")]
    [InlineData("nonsense", "invalid_json")]
    [InlineData("""{"model":"a"} x""", "invalid_json")]
    [InlineData("""{"model":"a",}""", "invalid_json")]
    [InlineData("""{"model":"a""", "invalid_json")]
    [InlineData("[]", "invalid_json")]
    [InlineData("\"model\"", "invalid_json")]
    [InlineData("{}", "missing_required_parameter")]
    [InlineData("""{"a":{"model":"b"}}""", "missing_required_parameter")]
    [InlineData("""{"model":null}""", "missing_required_parameter")]
    [InlineData("""{"model":5}""", "invalid_value")]
    [InlineData("""{"model":""}""", "missing_required_parameter")]
    [InlineData("""{"model":"\ud800"}""", "invalid_value")]
    public void What_is_wrong_is_said(string body, string code)
    {
        (GenerationCall? call, ApiError? error) = GenerationCallReader.Read(Encoding.UTF8.GetBytes(body));
        Assert.Null(call);
        Assert.Equal((400, code), (error!.Status, error.Code));
        Assert.Equal(code == "invalid_json" ? null : "model", error.Param);
    }

    [Fact]
    public void Malformed_json_is_located()
    {
        ApiError error = GenerationCallReader.Read("{\n\"model\": x}"u8).Error!;
        Assert.Contains("line 2, byte 10", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(63, null)]
    [InlineData(64, "invalid_json")]
    public void Nesting_has_a_limit(int arrays, string? code)
    {
        string body = $$"""{"model":"a","x":{{new string('[', arrays)}}{{new string(']', arrays)}}}""";
        Assert.Equal(code, GenerationCallReader.Read(Encoding.UTF8.GetBytes(body)).Error?.Code);
    }

    [Fact]
    public void Invalid_utf8_is_refused()
    {
        byte[] body = [.. """{"model":"a","x":" """u8, 0xC3, 0x28, .. "\"}"u8];
        Assert.Equal("invalid_utf8", GenerationCallReader.Read(body).Error!.Code);
        Assert.Equal("invalid_utf8", GenerationCallReader.Read("""{"model":"a","\ud800":1}"""u8).Error!.Code);
    }

    [Fact]
    public void A_byte_order_mark_is_skipped() =>
        Assert.Equal("a", GenerationCallReader.Read([0xEF, 0xBB, 0xBF, .. """{"model":"a"}"""u8]).Call!.Model);

    [Fact]
    public void Any_bytes_give_a_call_or_an_error() => Gen.Byte.Array[0, 60].Sample(body =>
    {
        (GenerationCall? call, ApiError? error) = GenerationCallReader.Read(body);
        Assert.True(call is null != error is null);
    });

    [Fact]
    public void Every_prefix_of_a_body_is_refused_and_the_whole_is_read() => Gen.Select(Gen.String, Gen.Long, Gen.Bool).Sample((text, seed, stream) =>
    {
        // A text may hold half a surrogate pair, which JSON cannot carry.
        string model = "m" + new string([.. text.Where(c => !char.IsSurrogate(c)).Take(20)]);
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new { messages = new[] { model }, model, seed, stream });
        GenerationCall call = GenerationCallReader.Read(body).Call!;
        Assert.Equal((model, seed, stream), (call.Model, call.Seed!.Value, call.Stream));
        for (int length = 0; length < body.Length; length++)
        {
            Assert.Equal("invalid_json", GenerationCallReader.Read(body.AsSpan(0, length)).Error!.Code);
        }
    });

    private static GenerationCall Read(string body)
    {
        (GenerationCall? call, ApiError? error) = GenerationCallReader.Read(Encoding.UTF8.GetBytes(body));
        Assert.Null(error);
        return call!;
    }
}
