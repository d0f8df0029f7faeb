namespace Godwit.Worker.ChatTemplates.Syntax;

/// <summary>The statements that name something: variables, macros, and the blocks around macros.</summary>
internal sealed partial class TemplateParser
{
    private Statement ParseSet(TemplateToken keyword)
    {
        AssignmentTarget target = ParseTargets(fields: true);
        if (!_cursor.Skip("="))
        {
            List<FilterCall> filters = _cursor.Skip("|") ? ParseFilters() : [];
            return new Statement.SetBlock(target, filters, ParseBodyTo("endset", keyword), keyword.Position);
        }

        Expression value = _expressions.ParseTuple();
        EndTag();
        return new Statement.Set(target, value, keyword.Position);
    }

    /// <summary>One target, or several with commas.</summary>
    /// <param name="fields">Whether fields of namespaces may be among them.</param>
    private AssignmentTarget ParseTargets(bool fields)
    {
        AssignmentTarget first = ParseTarget(fields);
        if (!_cursor.Current.IsSymbol(","))
        {
            return first;
        }

        var targets = new List<AssignmentTarget> { first };
        while (_cursor.Skip(",") && (_cursor.Current.Kind == TemplateTokenKind.Name || _cursor.Current.IsSymbol("("))
            && !_cursor.Current.IsName("in"))
        {
            targets.Add(ParseTarget(fields));
        }

        return new AssignmentTarget.Several(targets);
    }

    private AssignmentTarget ParseTarget(bool fields)
    {
        if (_cursor.Skip("("))
        {
            _cursor.Enter();
            AssignmentTarget inner = ParseTargets(fields);
            _cursor.ExpectSymbol(")");
            _cursor.Leave();
            return inner;
        }

        TemplateToken name = ParseVariable();
        return fields && _cursor.Skip(".")
            ? new AssignmentTarget.NamespaceField(
                name.Text, _cursor.Expect(TemplateTokenKind.Name, "a field").Text, name.Position)
            : new AssignmentTarget.Variable(name.Text);
    }

    private TemplateToken ParseVariable()
    {
        TemplateToken name = _cursor.Expect(TemplateTokenKind.Name, "a variable");
        return name.Text is "true" or "false" or "none" or "True" or "False" or "None"
            ? throw _cursor.Fail($"'{name.Text}' cannot be assigned", name)
            : name;
    }

    private Statement.Macro ParseMacro(TemplateToken keyword)
    {
        string name = ParseVariable().Text;
        List<(string, Expression?)> parameters = ParseParameters();
        return new Statement.Macro(
            new MacroDefinition(name, parameters, ParseMacroBody("endmacro", keyword)), keyword.Position);
    }

    private Statement.CallBlock ParseCall(TemplateToken keyword)
    {
        List<(string, Expression?)> parameters = _cursor.Current.IsSymbol("(") ? ParseParameters() : [];
        TemplateToken start = _cursor.Current;
        Expression.Call call = _expressions.Parse() as Expression.Call ?? throw _cursor.Fail("'call' needs a call of a macro", start);
        return new Statement.CallBlock(
            call, new MacroDefinition("caller", parameters, ParseMacroBody("endcall", keyword)), keyword.Position);
    }

    // A jump in a macro's body cannot leave a loop around the macro.
    private List<Statement> ParseMacroBody(string end, TemplateToken keyword)
    {
        int loops = _loops;
        _loops = 0;
        List<Statement> body = ParseBodyTo(end, keyword);
        _loops = loops;
        return body;
    }

    private List<(string Name, Expression? Default)> ParseParameters()
    {
        var parameters = new List<(string Name, Expression? Default)>();
        _cursor.ExpectSymbol("(");
        while (!_cursor.Skip(")"))
        {
            TemplateToken name = ParseVariable();
            Expression? otherwise = _cursor.Skip("=") ? _expressions.Parse() : null;
            if (otherwise is null && parameters.Count > 0 && parameters[^1].Default is not null)
            {
                throw _cursor.Fail("a parameter without a default follows one with a default", name);
            }

            parameters.Add((name.Text, otherwise));
            if (!_cursor.Current.IsSymbol(")"))
            {
                _cursor.ExpectSymbol(",");
            }
        }

        return parameters;
    }

    private List<FilterCall> ParseFilters()
    {
        var filters = new List<FilterCall>();
        do
        {
            filters.Add(_expressions.ParseFilter());
        }
        while (_cursor.Skip("|"));
        return filters;
    }

    private List<(AssignmentTarget, Expression)> ParseWith()
    {
        var variables = new List<(AssignmentTarget, Expression)>();
        while (_cursor.Current.Kind == TemplateTokenKind.Name)
        {
            AssignmentTarget target = ParseTarget(fields: false);
            _cursor.ExpectSymbol("=");
            variables.Add((target, _expressions.Parse()));
            if (!_cursor.Skip(","))
            {
                break;
            }
        }

        return variables;
    }
}
