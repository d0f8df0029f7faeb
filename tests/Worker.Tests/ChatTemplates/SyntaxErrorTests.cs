using Godwit.Worker.ChatTemplates;

namespace Godwit.Worker.Tests.ChatTemplates;

/// <summary>Templates that are not understood: what is said, and where.</summary>
public sealed class SyntaxErrorTests
{
    [Theory]
    [InlineData("{% include 'x' %}", "statement 'include' is not supported", 1, 4)]
    [InlineData("{% block b %}{% endblock %}", "statement 'block' is not supported", 1, 4)]
    [InlineData("{% do x %}", "statement 'do' is not supported", 1, 4)]
    [InlineData("{% for m in messages %}", "'for' has no 'endfor'", 1, 4)]
    [InlineData("a\n{% if x %}\n{% else %}", "'if' has no 'endif'", 2, 4)]
    [InlineData("{% set x %}", "'set' has no 'endset'", 1, 4)]
    [InlineData("{% raw %}", "a 'raw' has no 'endraw'", 1, 1)]
    [InlineData("{% endfor %}", "'endfor' ends nothing", 1, 1)]
    [InlineData("x{% else %}", "'else' ends nothing", 1, 2)]
    [InlineData("{% if x %}{% endfor %}", "'endif' was expected, found 'endfor'", 1, 14)]
    [InlineData("{% macro f() %}{% else %}{% endmacro %}", "'endmacro' was expected, found 'else'", 1, 19)]
    [InlineData("{% break %}", "'break' stands in no loop", 1, 4)]
    [InlineData("{% for x in y %}{% macro f() %}{% continue %}{% endmacro %}{% endfor %}", "'continue' stands in no loop", 1, 35)]
    [InlineData("{% set true = 1 %}", "'true' cannot be assigned", 1, 8)]
    [InlineData("{% set 1 = 1 %}", "a variable was expected, found '1'", 1, 8)]
    [InlineData("{% for x of y %}", "'in' was expected, found 'of'", 1, 10)]
    [InlineData("{% macro f(a=1, b) %}{% endmacro %}", "a parameter without a default follows", 1, 17)]
    [InlineData("{% call x %}{% endcall %}", "'call' needs a call of a macro", 1, 9)]
    [InlineData("{{ f(a=1, 2) }}", "an argument without a name follows", 1, 11)]
    [InlineData("{{ 'a }}", "a string is not closed", 1, 4)]
    [InlineData("{{ 'a' ", "a tag is not closed", 1, 1)]
    [InlineData("{# a", "a comment is not closed", 1, 1)]
    [InlineData("{{ ? }}", "unexpected character '?'", 1, 4)]
    [InlineData("{{ }}", "an expression was expected, found '}}'", 1, 4)]
    [InlineData("{{ a b }}", "'}}' was expected, found 'b'", 1, 6)]
    [InlineData("{{ a) }}", "')' closes nothing", 1, 5)]
    [InlineData("{{ (a }}", "'}' was found where ')' was expected", 1, 7)]
    [InlineData("{{ [a) }}", "')' was found where ']' was expected", 1, 6)]
    [InlineData("{{ [1 2] }}", "',' was expected, found '2'", 1, 7)]
    [InlineData("{{ a.'b' }}", "a field was expected after '.'", 1, 6)]
    [InlineData("{{ a | 1 }}", "a filter was expected, found '1'", 1, 8)]
    [InlineData("{{ a is 1 }}", "a test was expected, found '1'", 1, 9)]
    [InlineData("{% %}", "a statement was expected, found '%}'", 1, 4)]
    public void Name_what_and_where(string source, string what, int line, int column)
    {
        var template = new ChatTemplate(source);
        var refusal = Assert.Throws<ChatTemplateUnsupportedException>(
            () => template.Render(new ChatTemplateInput { Messages = [], Now = Templates.Now }));
        Assert.Contains(what, refusal.What, StringComparison.Ordinal);
        Assert.Equal((line, column), (refusal.Line, refusal.Column));
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("not ", "")]
    [InlineData("-", "")]
    [InlineData("{1:", "}")]
    public void Nesting_without_end_is_refused(string open, string close)
    {
        string source = "{{ " + string.Concat(Enumerable.Repeat(open, 100_000)) + "1" + string.Concat(Enumerable.Repeat(close, 100_000)) + " }}";
        Assert.Contains("nested more than", Assert.Throws<ChatTemplateUnsupportedException>(() => Templates.Render(source)).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Blocks_nested_without_end_are_refused()
    {
        string source = string.Concat(Enumerable.Repeat("{% if 1 %}", 50_000));
        Assert.Contains("nested more than", Assert.Throws<ChatTemplateUnsupportedException>(() => Templates.Render(source)).What, StringComparison.Ordinal);
    }
}
