namespace Godwit.Worker.Tests.ChatTemplates;

/// <summary>Operators, literals and access. The expected texts are those of Python's Jinja 3.1, set up as Hugging Face does.</summary>
public sealed class ExpressionTests
{
    private const string Variables =
        """
        {"s":"Hello wörld 😀","t":"  pad \n","n":7,"m":-3,"f":2.5,"big":12345678901234567890,"no":null,"yes":true,
         "l":[3,1,2],"ls":["b","A","c","b"],"ld":[{"k":"x","v":1,"w":{"q":5}},{"k":"Y","v":null},{"k":"x","v":3}],
         "d":{"a":1,"b":"two","items":"it","c":[1,{"z":2}]},"lines":"one\ntwo\r\n\nthree","q":"it's \"q\"\\\té\u200b"}
        """;

    [Theory]
    [InlineData(
        "{{ 1 }} {{ 1_000 }} {{ 2.50 }} {{ 1e3 }} {{ 2E-7 }} {{ true }} {{ False }} {{ none }} {{ 'a' 'b' \"c\" }}",
        "1 1000 2.5 1000.0 2e-07 True False None abc")]
    [InlineData("{{ 'it\\'s \\x41\\u00e9\\U0001F600\\101\\q\\n' }}", "it's Aé😀A\\q\n")]
    [InlineData(
        "{{ [1, 'a', [none]] }} {{ (1, ) }} {{ (1, 2) }} {{ () }} {{ {'a': 1, 'b': [true], 3: 4.0} }}",
        "[1, 'a', [None]] (1,) (1, 2) () {'a': 1, 'b': [True], 3: 4.0}")]
    [InlineData("{{ 1, 2 }}", "(1, 2)")]
    [InlineData("{{ q | list | first }}{{ [q] }}", "i['it\\'s \"q\"\\\\\\té\\u200b']")]
    public void Literals(string template, string expected) => Assert.Equal(expected, Templates.Render(template, Variables));

    [Theory]
    [InlineData("{{ 7 + 2 }} {{ 7 - 2.0 }} {{ 7 * 2 }} {{ 7 / 2 }} {{ 6 / 2 }}", "9 5.0 14 3.5 3.0")]
    [InlineData("{{ 7 // 2 }} {{ -7 // 2 }} {{ 7 // -2 }} {{ 7.5 // 2 }} {{ -7.5 // 2 }}", "3 -4 -4 3.0 -4.0")]
    [InlineData("{{ 7 % 3 }} {{ -7 % 3 }} {{ 7 % -3 }} {{ -7.5 % 2 }} {{ 7.5 % -2 }}", "1 2 -2 0.5 -0.5")]
    [InlineData("{{ 2 ** 10 }} {{ 2 ** -1 }} {{ 2 ** 3 ** 2 }} {{ -2 ** 2 }} {{ 2 ** 0.5 }}", "1024 0.5 64 4 1.4142135623730951")]
    [InlineData(
        "{{ big + 1 }} {{ big * big }} {{ 2 ** 100 }}",
        "12345678901234567891 152415787532388367501905199875019052100 1267650600228229401496703205376")]
    [InlineData("{{ true + true }} {{ -true }} {{ +f }} {{ -n }}", "2 -1 2.5 -7")]
    [InlineData("{{ 'ab' * 3 }} {{ 2 * 'x' }} {{ [1, 2] * 2 }} {{ 'a' * -1 }}", "ababab xx [1, 2, 1, 2] ")]
    [InlineData("{{ [1] + [2] }} {{ (1,) + (2,) }}", "[1, 2] (1, 2)")]
    [InlineData("{{ 1 ~ 'a' ~ none ~ 2.0 ~ [1] ~ undefd }}", "1aNone2.0[1]")]
    [InlineData("{{ (1 + 2) ~ 3 }}", "33")]
    [InlineData("{{ '%s is %d (%.2f) %5s|%-5s|%05d %%' % ('a', 3.9, 2.345, 'r', 'l', 42) }}", "a is 3 (2.35)     r|l    |00042 %")]
    [InlineData("{{ '%(a)s' % {'a': 1} }}", "1")]
    public void Arithmetic_is_Pythons(string template, string expected) => Assert.Equal(expected, Templates.Render(template, Variables));

    [Theory]
    [InlineData(
        "{{ 1e15 }} {{ 1e16 }} {{ 1.5e16 }} {{ 0.0001 }} {{ 0.00001 }} {{ 1.0 }} {{ -0.0 }} {{ 123456.789 }} {{ 0.1 + 0.2 }} {{ 1e22 }} {{ 1e300 * 1e10 }} {{ 5e-324 }} {{ 100.0 }} {{ 1234567890123456.7 }}",
        "1000000000000000.0 1e+16 1.5e+16 0.0001 1e-05 1.0 -0.0 123456.789 0.30000000000000004 1e+22 inf 5e-324 100.0 1234567890123456.8")]
    public void Floats_print_as_Python_does(string template, string expected) => Assert.Equal(expected, Templates.Render(template, Variables));

    [Theory]
    [InlineData(
        "{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 1 == 1.0 == true }} {{ 'a' < 'b' }} {{ 'Z' < 'a' }} {{ [1, 2] < [1, 3] }} {{ (1,) <= (1, 0) }}",
        "True False True True True True True")]
    [InlineData(
        "{{ [1] == [1.0] }} {{ [1] == (1,) }} {{ {'a': [1]} == {'a': [1]} }} {{ none == none }} {{ 1 == '1' }} {{ undefd == undefg }} {{ undefd == none }}",
        "True False True True False True False")]
    [InlineData(
        "{{ 'lo w' in s }} {{ 1 in l }} {{ 'a' in d }} {{ 1 not in l }} {{ 'x' in undefd }} {{ not 1 in l }} {{ '' in '' }}",
        "True True True False False False True")]
    [InlineData("{{ '\\uffff' < '\\U0001F600' }}", "True")]
    [InlineData("{{ (1e400 - 1e400) == (1e400 - 1e400) }} {{ (1e400 - 1e400) < 1 }} {{ big < 1e30 }}", "False False True")]
    public void Comparisons(string template, string expected) => Assert.Equal(expected, Templates.Render(template, Variables));

    [Theory]
    [InlineData(
        "{{ 0 or 'x' }} {{ '' or none or [] }} {{ 1 and 'y' }} {{ 0 and nope() }} {{ not [] }} {{ not undefd }} {{ not 0.0 }}",
        "x [] y 0 True True True")]
    [InlineData("{{ 'a' if yes else 'b' }}{{ 'a' if not yes }}{{ 1 if no else 2 if no else 3 }}", "a3")]
    [InlineData("{{ true and not false or false }}", "True")]
    public void Logic_gives_operands(string template, string expected) => Assert.Equal(expected, Templates.Render(template, Variables));

    [Theory]
    [InlineData(
        "{{ l[0] }}{{ l[-1] }}{{ l[9] }}{{ s[-1] }}{{ s[1:4] }}|{{ s[::-1] }}|{{ s[-3:] }}|{{ s[::3] }}",
        "32😀ell|😀 dlröw olleH|d 😀|Hlwl😀")]
    [InlineData(
        "{{ l[::-1] }} {{ l[1:] }} {{ l[:-1] }} {{ l[5:] }} {{ l[-99:2] }} {{ l[2:0:-1] }} {{ (1, 2, 3)[::2] }} {{ l[none:2] }}",
        "[2, 1, 3] [1, 2] [3, 1] [] [3, 1] [2, 1] (1, 3) [3, 1]")]
    [InlineData("{{ d.a }}{{ d['b'] }}{{ d.c.1.z }}{{ d.c[1]['z'] }}{{ d['items'] }}{{ d.nope }}{{ l.0 }}", "1two22it3")]
    [InlineData("{{ ld[0].w.q }} {{ d.get('nope') }} {{ d.get('nope', 5) }} {{ d.get('a', 5) }}", "5 None 5 1")]
    [InlineData(
        "{{ d.keys() | list }} {{ d.values() | list }} {{ d.items() | list | length }}",
        "['a', 'b', 'items', 'c'] [1, 'two', 'it', [1, {'z': 2}]] 4")]
    [InlineData(
        "{{ l.index(2) }} {{ l.count(1) }} {{ (1, 2).index(2) }} {{ range(5)[2] }} {{ range(5) }} {{ range(1, 9, 3) | list }} {{ range(3, 0, -1) | list }}",
        "2 1 1 2 range(0, 5) [1, 4, 7] [3, 2, 1]")]
    public void Items_and_slices(string template, string expected) => Assert.Equal(expected, Templates.Render(template, Variables));

    [Theory]
    [InlineData(
        "{{ dict(a=1, b='x') }} {{ dict({'a': 1}, b=2) }} {{ dict([('k', 'v')]) }}",
        "{'a': 1, 'b': 'x'} {'a': 1, 'b': 2} {'k': 'v'}")]
    [InlineData("{% set j = joiner() %}{{ j() }}a{{ j() }}b{{ j() }}c", "a, b, c")]
    [InlineData(
        "{% set c = cycler('x', 'y') %}{{ c.next() }}{{ c.current }}{{ c.next() }}{{ c.next() }}{% set _ = c.reset() %}{{ c.next() }}",
        "xyyxx")]
    [InlineData("{% set n = namespace({'a': 1}, b=2) %}{{ n.a }}{{ n['b'] }}{{ n.c }}", "12")]
    [InlineData("{{ strftime_now('%Y-%m-%d %H:%M:%S') }}", "2024-07-06 09:05:03")]
    [InlineData("{% macro f(a, b) %}{{ a }}{{ b }}{% endmacro %}{{ f(*['x', 'y']) }}{{ f(**{'b': 1, 'a': 2}) }}", "xy21")]
    public void Functions(string template, string expected) => Assert.Equal(expected, Templates.Render(template, Variables));
}
