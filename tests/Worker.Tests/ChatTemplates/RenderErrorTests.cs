using Godwit.Worker.ChatTemplates;

namespace Godwit.Worker.Tests.ChatTemplates;

/// <summary>Templates that fail while they run.</summary>
public sealed class RenderErrorTests
{
    [Fact]
    public void A_refusal_keeps_its_message() => Assert.Equal(
        "Only user & assistant!\n",
        Assert.Throws<ChatTemplateRefusalException>(() => Templates.Render("a{{ raise_exception('Only user & assistant!\\n') }}")).Message);

    [Theory]
    [InlineData("\n{{ 'a' + 1 }}", "can only concatenate a string to a string, not a value of type 'int'", 2)]
    [InlineData("{{ 'a' + none }}", "not a value of type 'NoneType'", 1)]
    [InlineData("{{ 1 + 'a' }}", "'+' does not take values of types 'int' and 'str'", 1)]
    [InlineData("{{ x + 'a' }}", "'x' is undefined", 1)]
    [InlineData("{{ x() }}", "'x' is undefined", 1)]
    [InlineData("{{ 'a'.nope() }}", "a value of type 'str' has no field 'nope'", 1)]
    [InlineData("{{ 1() }}", "a value of type 'int' cannot be called", 1)]
    [InlineData("{{ 'a' in none }}", "'in' cannot look into a value of type 'NoneType'", 1)]
    [InlineData("{{ 1 in 'a' }}", "'in' looks for a string in a string", 1)]
    [InlineData("{{ 1 < 'a' }}", "have no order", 1)]
    [InlineData("{{ [1, 'a'] | sort }}", "have no order", 1)]
    [InlineData("{{ 1 // 0 }}{{ 1.0 / 0 }}", "division by zero", 1)]
    [InlineData("{{ 1.5 % 0 }}", "division by zero", 1)]
    [InlineData("{% for x in 5 %}{% endfor %}", "a value of type 'int' has no items", 1)]
    [InlineData("{% for a, b in [1] %}{% endfor %}", "a value of type 'int' has no items", 1)]
    [InlineData("{% set a, b = [1] %}", "2 items were expected to unpack, there are 1", 1)]
    [InlineData("{% set x = {} %}{% set x.y = 1 %}", "'x' is no namespace", 1)]
    [InlineData("{{ none | trim }}", "filter 'trim' needs a string, not a value of type 'NoneType'", 1)]
    [InlineData("{{ [1] | upper }}", "filter 'upper' needs a string, not a value of type 'list'", 1)]
    [InlineData("{{ 'a' | nope }}", "filter 'nope' is not supported", 1)]
    [InlineData("{{ 'a' is nope }}", "test 'nope' is not supported", 1)]
    [InlineData("{{ 'a' | trim(1) }}", "trim() needs a string as 'chars'", 1)]
    [InlineData("{{ 'a' | upper(1) }}", "upper() takes at most 0 arguments", 1)]
    [InlineData("{{ 'a' | indent(x=1) }}", "indent() has no parameter 'x'", 1)]
    [InlineData("{{ 'a' | replace('a') }}", "replace() misses its argument 'new'", 1)]
    [InlineData("{{ namespace() | tojson }}", "cannot be written as JSON", 1)]
    [InlineData("{{ [1].append(2) }}", "append() would change a list", 1)]
    [InlineData("{{ {}.update({}) }}", "update() would change a dict", 1)]
    [InlineData("{% macro f(a) %}{% endmacro %}{{ f(1, 2) }}", "macro 'f' takes at most 1 arguments, 2 were given", 1)]
    [InlineData("{% macro f(a) %}{% endmacro %}{{ f(b=2) }}", "macro 'f' has no parameter 'b'", 1)]
    [InlineData("{% macro f(a) %}{% endmacro %}{{ f(1, a=2) }}", "macro 'f' was given 'a' twice", 1)]
    [InlineData("{% for x in [1] %}{{ loop([]) }}{% endfor %}", "needs a loop that is marked 'recursive'", 1)]
    [InlineData("{{ none[0].x }}", "has no item", 1)]
    [InlineData("{{ {[1]: 2} }}", "a value of type 'list' cannot be a key", 1)]
    [InlineData("{{ '%d' % 'a' }}", "the format 'd' does not take a value of type 'str'", 1)]
    [InlineData("{{ '%s' % () }}", "the format wants more values", 1)]
    [InlineData("{{ '{}{}'.format(1) }}", "the format wants a value", 1)]
    [InlineData("{{ ''.split('') }}", "a separator that is not empty", 1)]
    [InlineData("{{ range(1, 5, 0) }}", "a step that is not zero", 1)]
    public void A_fault_says_what_and_where(string template, string what, int line)
    {
        var fault = Assert.Throws<ChatTemplateRenderException>(() => Templates.Render(template));
        Assert.Contains(what, fault.What, StringComparison.Ordinal);
        Assert.Equal(line, fault.Line);
    }

    /// <summary>Python makes an error of it; Hugging Face's JavaScript, which decides here, does not.</summary>
    [Theory]
    [InlineData("{{ messages[0].role == 'system' }}|{{ messages[0]['role'] }}|{{ x.y.z }}", "False||")]
    [InlineData("{{ x | tojson }}", "null")]
    [InlineData("{{ [1, 2] | select | length }}", "2")]
    public void Fields_of_undefined_are_undefined(string template, string expected) => Assert.Equal(expected, Templates.Render(template));

    [Theory]
    [InlineData("{{ ''.__class__ }}{{ x.__init__ }}{{ [].__len__ }}")]
    [InlineData("{{ 'a'.__class__.__mro__ }}{{ namespace.__globals__ }}{{ raise_exception.__code__ }}")]
    [InlineData("{{ {}['__class__'] }}{{ 'a' | attr('__class__') }}{{ self }}{{ config }}{{ 'a'.GetType }}")]
    public void There_is_no_way_to_the_machine(string template) => Assert.Equal("", Templates.Render(template));
}
