namespace Godwit.Worker.Tests.ChatTemplates;

/// <summary>Tests, <c>value is name</c>. The expected texts are those of Python's Jinja 3.1, set up as Hugging Face does.</summary>
public sealed class PredicateTests
{
    private const string Variables =
        """
        {"s":"Hello wörld 😀","t":"  pad \n","n":7,"m":-3,"f":2.5,"big":12345678901234567890,"no":null,"yes":true,
         "l":[3,1,2],"ls":["b","A","c","b"],"ld":[{"k":"x","v":1,"w":{"q":5}},{"k":"Y","v":null},{"k":"x","v":3}],
         "d":{"a":1,"b":"two","items":"it","c":[1,{"z":2}]},"lines":"one\ntwo\r\n\nthree","q":"it's \"q\"\\\té\u200b"}
        """;

    [Theory]
    [InlineData(
        "{{ x is defined }} {{ n is defined }} {{ x is undefined }} {{ no is none }} {{ x is none }} {{ n is not none }}",
        "False True True True False True")]
    [InlineData(
        "{{ s is string }} {{ n is string }} {{ n is number }} {{ yes is number }} {{ f is float }} {{ n is integer }} {{ yes is integer }} {{ yes is boolean }} {{ yes is true }} {{ 1 is true }} {{ false is false }}",
        "True False True True True True False True True False True")]
    [InlineData(
        "{{ d is mapping }} {{ l is mapping }} {{ l is sequence }} {{ s is sequence }} {{ d is sequence }} {{ n is sequence }} {{ l | map('int') is sequence }} {{ l | map('int') is iterable }} {{ s is iterable }} {{ n is iterable }} {{ x is iterable }} {{ no is iterable }}",
        "True False True True True False False True True False True False")]
    [InlineData(
        "{{ 3 is odd }} {{ 4 is odd }} {{ 4 is even }} {{ 9 is divisibleby 3 }} {{ 9 is divisibleby(2) }} {{ -1 is odd }}",
        "True False True True False True")]
    [InlineData("{{ 'abc' is lower }} {{ 'aBc' is lower }} {{ 'ABC1' is upper }} {{ '1' is upper }}", "True False True False")]
    [InlineData(
        "{{ 1 is eq 1 }} {{ 1 is equalto 2 }} {{ 1 is ne 2 }} {{ 1 is lt 2 }} {{ 1 is ge(1) }} {{ 2 is greaterthan 1 }} {{ 1 is in [1, 2] }} {{ 'a' is in 'abc' }} {{ 1 is sameas true }} {{ true is sameas true }}",
        "True False True True True True True True False True")]
    [InlineData(
        "{{ range is callable }} {{ n is callable }} {{ 'upper' is filter }} {{ 'nope' is filter }} {{ 'odd' is test }} {{ s is escaped }}",
        "True False True False True False")]
    [InlineData(
        "{{ 'y' if x is defined and x else 'n' }} {{ x is not defined or n > 3 }} {{ not x is defined }} {{ n is number and n is not string }}",
        "n True True True")]
    public void Tests(string template, string expected) => Assert.Equal(expected, Templates.Render(template, Variables));
}
