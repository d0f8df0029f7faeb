namespace Godwit.Worker.Tests.ChatTemplates;

/// <summary>Methods of texts. The expected texts are those of Python's Jinja 3.1, set up as Hugging Face does.</summary>
public sealed class StringMethodTests
{
    private const string Variables =
        """
        {"s":"Hello wörld 😀","t":"  pad \n","n":7,"m":-3,"f":2.5,"big":12345678901234567890,"no":null,"yes":true,
         "l":[3,1,2],"ls":["b","A","c","b"],"ld":[{"k":"x","v":1,"w":{"q":5}},{"k":"Y","v":null},{"k":"x","v":3}],
         "d":{"a":1,"b":"two","items":"it","c":[1,{"z":2}]},"lines":"one\ntwo\r\n\nthree","q":"it's \"q\"\\\té\u200b"}
        """;

    [Theory]
    [InlineData(
        "{{ t.strip() }}|{{ t.lstrip() }}|{{ t.rstrip() }}|{{ 'xyax'.strip('xy') }}|{{ '\\n\\na\\n'.strip('\\n') }}|{{ '😀a😀'.strip('😀') }}",
        "pad|pad \n|  pad|a|a|a")]
    [InlineData(
        "{{ 'a,b,,c'.split(',') }} {{ ' a  b '.split() }} {{ 'a b c'.split(' ', 1) }} {{ 'a b c'.rsplit(' ', 1) }} {{ ' a b  c '.split(none, 1) }} {{ ' a b  c '.rsplit(none, 1) }} {{ 'abc'.split('x')[-1] }} {{ ''.split() }} {{ ''.split(',') }}",
        "['a', 'b', '', 'c'] ['a', 'b'] ['a', 'b c'] ['a b', 'c'] ['a', 'b  c '] [' a b', 'c'] abc [] ['']")]
    [InlineData(
        "{{ lines.splitlines() }} {{ lines.splitlines(true) }} {{ 'a=b=c'.partition('=') }} {{ 'a=b=c'.rpartition('=') }} {{ 'a'.partition('=') }}",
        "['one', 'two', '', 'three'] ['one\\n', 'two\\r\\n', '\\n', 'three'] ('a', '=', 'b=c') ('a=b', '=', 'c') ('a', '', '')")]
    [InlineData(
        "{{ s.startswith('He') }} {{ s.endswith(('x', '😀')) }} {{ 'abc'.removeprefix('a').removesuffix('c') }} {{ 'aab'.replace('a', 'x', 1) }} {{ 'aab'.replace('a', '') }}",
        "True True b xab b")]
    [InlineData(
        "{{ s.upper() }} {{ s.title() }} {{ \"they're\".title() }} {{ 'aBC'.capitalize() }} {{ 'aBc'.swapcase() }} {{ 'ß'.upper() }} {{ '\u00c0\u00c9'.casefold() }}",
        "HELLO W\u00d6RLD 😀 Hello Wörld 😀 They'Re Abc AbC SS \u00e0é")]
    [InlineData(
        "{{ 'hello'.find('l') }} {{ 'hello'.rfind('l') }} {{ 'hello'.find('z') }} {{ 'hello'.find('l', 3) }} {{ '😀x'.find('x') }} {{ 'hello'.index('e') }} {{ 'aaa'.count('a') }} {{ 'aaa'.count('') }}",
        "2 3 -1 3 1 1 3 4")]
    [InlineData(
        "{{ '12'.isdigit() }} {{ 'a1'.isalnum() }} {{ 'ab'.isalpha() }} {{ ''.isalpha() }} {{ ' '.isspace() }} {{ 'Ab'.istitle() }} {{ 'ab'.islower() }} {{ 'AB'.isupper() }} {{ 'é'.isascii() }}",
        "True True True False True True True True False")]
    [InlineData(
        "{{ '-'.join(['a', 'b']) }} {{ ', '.join(d) }} {{ '5'.zfill(3) }} {{ '-5'.zfill(4) }} {{ 'a'.center(4) }}|{{ 'ab'.center(5, '*') }}|{{ 'a'.ljust(3) }}|{{ 'a'.rjust(3, '.') }}",
        "a-b a, b, items, c 005 -005  a  |**ab*|a  |..a")]
    [InlineData(
        "{{ '{} {} {{}}'.format(1, 'a') }} {{ '{1}{0}{x}'.format('a', 'b', x=3) }} {{ '{:>5}|{:<5}|{:^5}|{:05d}|{:.2f}|{:,}'.format('a', 'b', 'c', 42, 2.5, 1234567) }} {{ '{0[k]}'.format({'k': 1}) }} {{ '{!r}'.format('a') }}",
        "1 a {} ba3     a|b    |  c  |00042|2.50|1,234,567 1 'a'")]
    [InlineData(
        "{{ 'a'.upper().lower().strip() }} {{ ('a' ~ 'b').upper() }} {{ 'a-b'.split('-')[1].upper() }} {{ s['upper']() }}",
        "a AB B HELLO W\u00d6RLD 😀")]
    public void Methods(string template, string expected) => Assert.Equal(expected, Templates.Render(template, Variables));
}
