using Godwit.Worker.ChatTemplates.Syntax;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Rendering;

/// <summary>The scope of a macro's body: its parameters, within the scope that the macro stands in.</summary>
internal static class MacroCall
{
    /// <summary>The variable by which a macro renders the call block that called it.</summary>
    public const string Caller = "caller";

    public static Scope Bind(MacroDefinition macro, CallArguments arguments, Scope around, Evaluator evaluator)
    {
        var scope = new Scope(around);
        int given = arguments.Positional.Count;
        if (given > macro.Parameters.Count && !macro.TakesMore)
        {
            throw new TemplateFaultException($"macro '{macro.Name}' takes at most {macro.Parameters.Count} arguments, {given} were given");
        }

        scope.Set(Caller, arguments.Keyword.GetValueOrDefault(Caller) ?? new UndefinedValue("the macro was not called by a call block"));
        var rest = arguments.Keyword.Where(k => k.Key != Caller).ToDictionary(StringComparer.Ordinal);
        for (int i = 0; i < macro.Parameters.Count; i++)
        {
            (string name, Expression? otherwise) = macro.Parameters[i];
            bool named = rest.Remove(name, out Value? value);
            if (named && i < given)
            {
                throw new TemplateFaultException($"macro '{macro.Name}' was given '{name}' twice");
            }

            value = i < given ? arguments.Positional[i] : value;
            scope.Set(name, value ?? (otherwise is null
                ? new UndefinedValue($"parameter '{name}' was not provided")
                : evaluator.Evaluate(otherwise, scope)));
        }

        if (rest.Count > 0 && !macro.TakesMoreKeywords)
        {
            throw new TemplateFaultException($"macro '{macro.Name}' has no parameter '{rest.Keys.First()}'");
        }

        scope.Set("varargs", new TupleValue([.. arguments.Positional.Skip(macro.Parameters.Count)]));
        scope.Set("kwargs", DictValue.Of(rest));
        return scope;
    }
}
