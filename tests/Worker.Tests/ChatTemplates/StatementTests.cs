namespace Godwit.Worker.Tests.ChatTemplates;

/// <summary>Statements and scopes. The expected texts are those of Python's Jinja 3.1, set up as Hugging Face does.</summary>
public sealed class StatementTests
{
    private const string Variables =
        """
        {"s":"Hello wörld 😀","t":"  pad \n","n":7,"m":-3,"f":2.5,"big":12345678901234567890,"no":null,"yes":true,
         "l":[3,1,2],"ls":["b","A","c","b"],"ld":[{"k":"x","v":1,"w":{"q":5}},{"k":"Y","v":null},{"k":"x","v":3}],
         "d":{"a":1,"b":"two","items":"it","c":[1,{"z":2}]},"lines":"one\ntwo\r\n\nthree","q":"it's \"q\"\\\té\u200b"}
        """;

    [Theory]
    [InlineData("{% if n > 9 %}a{% elif n > 5 %}b{% elif n > 1 %}c{% else %}d{% endif %}", "b")]
    [InlineData("{% if x %}a{% endif %}{% if not x %}b{% endif %}", "b")]
    [InlineData("{% if n in (7, 8) and d.a is defined %}y{% endif %}", "y")]
    public void Branches(string template, string expected) => Assert.Equal(expected, Templates.Render(template, Variables));

    [Theory]
    [InlineData(
        "{% for x in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.previtem }}{{ loop.nextitem }}{{ loop.depth }};{% endfor %}",
        "1032TrueFalse311;2121FalseFalse3321;3210FalseTrue311;")]
    [InlineData("{% for x in l if x > 1 %}{{ loop.index }}:{{ x }}/{{ loop.length }} {% else %}none{% endfor %}", "1:3/2 2:2/2 ")]
    [InlineData("{% for x in [] %}a{% else %}empty{% endfor %}{% for x in undefd %}a{% else %}undefined{% endfor %}", "emptyundefined")]
    [InlineData(
        "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}{% for (a, (b, c)) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}",
        "a=1;b=two;items=it;c=[1, {'z': 2}];123")]
    [InlineData("{% for c in 'ab😀' %}[{{ c }}]{% endfor %}{% for k in d %}{{ k }}{% endfor %}", "[a][b][😀]abitemsc")]
    [InlineData(
        "{% for x in range(9) %}{% if x == 2 %}{% continue %}{% endif %}{% if x == 5 %}{% break %}{% endif %}{{ x }}{% endfor %}",
        "0134")]
    [InlineData("{% for x in [1, 2] %}{% continue %}{% else %}no round ended{% endfor %}", "no round ended")]
    [InlineData("{% for x in [1,1,2] %}{{ loop.changed(x) }}{{ loop.cycle('a', 'b') }}{% endfor %}", "TrueaFalsebTruea")]
    [InlineData(
        "{% for x in [1, 2] %}{% set o = loop %}{% for y in [3, 4] %}{{ o.index }}{{ loop.index }} {% endfor %}{% endfor %}",
        "11 12 21 22 ")]
    [InlineData(
        "{% for n in [{'v': 1, 'c': [{'v': 2, 'c': [{'v': 3}]}]}, {'v': 4}] recursive %}{{ loop.depth }}{{ n.v }}({{ loop(n.c) if n.c }}){% endfor %}",
        "11(22(33()))14()")]
    [InlineData("{% for x in [1,2,3][::-1] %}{{ x }}{% endfor %}{% for x in (1, 2), (3, 4) %}{{ x }}{% endfor %}", "321(1, 2)(3, 4)")]
    public void Loops(string template, string expected) => Assert.Equal(expected, Templates.Render(template, Variables));

    [Theory]
    [InlineData("{% set x = 1 %}{% for i in [1, 2] %}{{ x }}{% set x = x + 5 %}{{ x }} {% endfor %}{{ x }}", "16 16 1")]
    [InlineData("{% set ns = namespace(x=1) %}{% for i in [1, 2] %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}", "4")]
    [InlineData("{% if yes %}{% set x = 5 %}{% endif %}{{ x }}", "5")]
    [InlineData("{% with a = 1, b = a %}{{ a }}{{ b }}{% set c = 3 %}{% endwith %}{{ a }}{{ c }}", "1")]
    [InlineData("{% set a, b = 1, 'x' %}{{ b }}{{ a }}{% set (a, b) = (b, a) %}{{ b }}{{ a }}", "x11x")]
    [InlineData(
        "{% set x %}a{{ n }}b{% set y = 1 %}{% endset %}{{ x }}{{ y }}{% set z | upper | replace('Q', 'R') %}q{% endset %}{{ z }}",
        "a7bR")]
    [InlineData("{% generation %}{% set x = 1 %}{{ x }}{% endgeneration %}{{ x }}", "1")]
    public void Scopes(string template, string expected) => Assert.Equal(expected, Templates.Render(template, Variables));

    [Theory]
    [InlineData(
        "{% macro f(a, b='B', c=a) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ f(1) }} {{ f(1, 2) }} {{ f(1, c=3) }} {{ f(b=1, a=2) }} {{ f() }}|{{ f.name }}",
        "1B1 121 1B3 212 B|f")]
    [InlineData("{% macro f() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f(1, 'x', k=2) }}", "(1, 'x'){'k': 2}")]
    [InlineData("{% macro f(x) %}<{{ caller('c' ~ x) }}>{% endmacro %}{% call(y) f(1) %}[{{ y }}]{% endcall %}", "<[c1]>")]
    [InlineData("{% macro f(n) %}{{ n }}{% if n > 0 %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(4) }}", "43210")]
    [InlineData("{% macro f() %}{{ x }}{% endmacro %}{% set x = 'late' %}{{ f() }}", "late")]
    [InlineData(
        "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}b{% endmacro %}{{ a() }}{{ a() | upper }}{% set m = a %}{{ m() }}",
        "bBb")]
    public void Macros(string template, string expected) => Assert.Equal(expected, Templates.Render(template, Variables));

    [Theory]
    [InlineData("{% raw %}{{ not }} {% this %}{% endraw %}", "{{ not }} {% this %}")]
    [InlineData("a{# c #}b{#- d -#} c {# {{ x #}", "abc ")]
    [InlineData("{% print 1 + 1 %}", "2")]
    public void Raw_comments_and_print(string template, string expected) => Assert.Equal(expected, Templates.Render(template, Variables));
}
