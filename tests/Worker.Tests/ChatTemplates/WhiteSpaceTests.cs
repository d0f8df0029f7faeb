namespace Godwit.Worker.Tests.ChatTemplates;

/// <summary>White space around tags. The expected texts are those of Python's Jinja 3.1, set up as Hugging Face does.</summary>
public sealed class WhiteSpaceTests
{
    private const string Variables =
        """
        {"s":"Hello wörld 😀","t":"  pad \n","n":7,"m":-3,"f":2.5,"big":12345678901234567890,"no":null,"yes":true,
         "l":[3,1,2],"ls":["b","A","c","b"],"ld":[{"k":"x","v":1,"w":{"q":5}},{"k":"Y","v":null},{"k":"x","v":3}],
         "d":{"a":1,"b":"two","items":"it","c":[1,{"z":2}]},"lines":"one\ntwo\r\n\nthree","q":"it's \"q\"\\\té\u200b"}
        """;

    [Theory]
    [InlineData("a\n{% if yes %}\nb\n{% endif %}\nc\n", "a\nb\nc")]
    [InlineData("a\n  {% if yes %}  \n  b\n  {% endif %}\n", "a\n  \n  b\n")]
    [InlineData("a  {%- if yes -%}  b  {%- endif -%}  c", "abc")]
    [InlineData("  {%+ if yes +%}\nb{% endif %}", "  \nb")]
    [InlineData("{{ 1 }}\n{{ 2 }}\n", "1\n2")]
    [InlineData("a \n {{- 1 -}} \n b", "a1b")]
    [InlineData("x\n {# c #}\ny", "x\ny")]
    [InlineData("x\n {#- c -#}\n y", "xy")]
    [InlineData("a {% if yes %} b {% endif %}", "a  b ")]
    [InlineData("{% raw %}\n a {% endraw %}\nb", "\n a b")]
    [InlineData("x {%- raw -%}  a  {%- endraw -%} b", "xab")]
    [InlineData("\n\n{% if yes %}x{% endif %}\n\n", "\n\nx")]
    [InlineData("{%- if yes %}\n    {{- 'a' }}\n{%- endif %}", "a")]
    [InlineData("a\r\n{% if yes %}\r\nb\r\n{% endif %}", "a\nb\n")]
    [InlineData("{{ 'a' }}{% if yes %}\n\nb{% endif %}", "a\nb")]
    [InlineData("{{ {'a': {'b': 1}}.a.b }}{{ {'x': {}} }}", "1{'x': {}}")]
    [InlineData("{ { } } {\"a\"} %} }}", "{ { } } {\"a\"} %} }}")]
    [InlineData("one\n\n", "one\n")]
    [InlineData("\t{% if yes %}t{% endif %}", "t")]
    public void Text_around_tags(string template, string expected) => Assert.Equal(expected, Templates.Render(template, Variables));
}
