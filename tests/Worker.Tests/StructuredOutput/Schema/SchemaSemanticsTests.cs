using System.Text;
using Godwit.Worker.StructuredOutput;

namespace Godwit.Worker.Tests.StructuredOutput.Schema;

/// <summary>What the test suite does not say: order, nesting, whitespace, numbers as they are written.</summary>
public sealed class SchemaSemanticsTests
{
    private const string Person =
        """{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"string"}},"required":["a","b"],"additionalProperties":false}""";

    private const string Tree =
        """{"$ref":"#/$defs/n","$defs":{"n":{"type":"object","properties":{"c":{"type":"array","items":{"$ref":"#/$defs/n"}}}}}}""";

    [Theory]
    [InlineData(Person, """{"a":1,"b":"x"}""", true)]
    [InlineData(Person, """{"b":"x","a":1}""", true)]
    [InlineData(Person, """{"b":"x","a":1,"b":"y"}""", false)]
    [InlineData(Person, """{"\u0062":"x","a":1}""", true)]
    [InlineData(Person, """{"\u0062":"x","b":"y","a":1}""", false)]
    [InlineData(Person, " {\n\t\"a\" : 1 ,\r\n \"b\":\"x\"\n}", true)]
    [InlineData(Person, """{"a":1,"b":"x"} """, false)]
    [InlineData(Person, """{"a":1,"b":"x",}""", false)]
    [InlineData(Person, """{"a":01,"b":"x"}""", false)]
    [InlineData(Person, """{"a":1.0,"b":"x"}""", true)]
    [InlineData(Person, """{"a":1.5,"b":"x"}""", false)]
    [InlineData(Person, """{"a":1}""", false)]
    [InlineData("""{"type":"object"}""", """{"x":1,"x":2}""", false)]
    [InlineData("""{"type":"object"}""", """{"x":1,"\u0078":2}""", false)]
    [InlineData("""{"type":"string"}""", "\"\\ud83d\\ude00\"", true)]
    [InlineData("""{"type":"string"}""", "\"\\ud83d\"", false)]
    [InlineData("""{"type":"string"}""", "\"\n\"", false)]
    [InlineData("""{"type":"string","maxLength":1}""", "\"😀\"", true)]
    [InlineData("""{"enum":["é"]}""", "\"\\u00e9\"", true)]
    [InlineData(Tree, """{"c":[{"c":[]},{"c":[{}]}]}""", true)]
    [InlineData(Tree, """{"c":[{"c":[1]}]}""", false)]
    public void Texts_are_told_apart(string schema, string text, bool allowed)
    {
        ConstraintState state = Vocabularies.Bytes.Compile(Constraint.JsonSchema(schema)).Start();

        Assert.Equal(allowed, state.TryRead(Encoding.UTF8.GetBytes(text)) && state.IsAccepting);
    }

    [Fact]
    public void Recursion_ends_at_a_depth()
    {
        CompiledConstraint compiled = Vocabularies.Bytes.Compile(Constraint.JsonSchema(Tree));
        string Nested(int depth) => string.Concat(Enumerable.Repeat("{\"c\":[", depth)) + string.Concat(Enumerable.Repeat("]}", depth));

        Assert.True(compiled.Start().TryRead(Encoding.UTF8.GetBytes(Nested(ConstraintLimits.OutputDepth / 2))));
        Assert.False(compiled.Start().TryRead(Encoding.UTF8.GetBytes(Nested((ConstraintLimits.OutputDepth / 2) + 1))));
    }
}
