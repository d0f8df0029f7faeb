using System.Text;
using Godwit.Worker.StructuredOutput;
using Godwit.Worker.StructuredOutput.Masks;

namespace Godwit.Worker.Tests.StructuredOutput;

/// <summary>The whitespace that JSON may have: what people and programs write, and no more.</summary>
public sealed class WhitespaceTests
{
    private static readonly CompiledConstraint s_any = new ConstraintCompiler(
        TokenTrie.Build(257, id => id < 256 ? [(byte)id] : [], [256])).Compile(Constraint.JsonSchema("true"));

    [Theory]
    [InlineData("""{"a":[1,2],"b":{}}""", true)]
    [InlineData("""{"a": [1, 2], "b": {}}""", true)]
    [InlineData("""{ "a" : [ 1 , 2 ] , "b" : { } }""", true)]
    [InlineData("{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {\n  }\n}", true)]
    [InlineData("{\r\n\t\"a\": [\r\n\t\t1,\r\n\t\t2\r\n\t]\r\n}", true)]
    [InlineData("{ \n\n  \"a\":1}", true)]
    [InlineData("{\n                                \"a\":1}", true)]
    [InlineData("{\n                                 \"a\":1}", false)]
    [InlineData("""{  "a":1}""", false)]
    [InlineData("{\n\n\n\"a\":1}", false)]
    [InlineData("{\n \n\"a\":1}", false)]
    [InlineData("[1 \t]", false)]
    [InlineData("{\"a\"  :1}", false)]
    public void AtMostABlank_AnEmptyLine_AndAnIndentation(string json, bool allowed)
    {
        ConstraintState state = s_any.Start();
        Assert.Equal(allowed, state.TryRead(Encoding.UTF8.GetBytes(json)) && state.IsComplete);
    }
}
