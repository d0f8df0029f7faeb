using Godwit.Worker.ChatTemplates.Formatting;
using Godwit.Worker.ChatTemplates.Syntax;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Rendering;

/// <summary>Runs the statements of one rendering.</summary>
internal sealed class Interpreter(RenderBudget budget)
{
    private readonly Evaluator _evaluator = new(budget);

    /// <summary>How the statements of a body ended.</summary>
    private enum Flow
    {
        Next,
        Break,
        Continue,
    }

    /// <summary>Where in the template it is.</summary>
    public int Position => _evaluator.Position;

    /// <summary>The text that a template gives.</summary>
    /// <exception cref="TemplateFaultException">It gives none.</exception>
    public TemplateText Render(IReadOnlyList<Statement> template, Scope scope) => Capture(template, scope);

    private TemplateText Capture(IReadOnlyList<Statement> body, Scope scope)
    {
        var output = new OutputBuffer(budget);
        Run(body, scope, output);
        return output.ToText();
    }

    private Flow Run(IReadOnlyList<Statement> body, Scope scope, OutputBuffer output)
    {
        budget.Enter();
        Flow flow = Flow.Next;
        for (int i = 0; i < body.Count && flow == Flow.Next; i++)
        {
            flow = Run(body[i], scope, output);
        }

        budget.Leave();
        return flow;
    }

    private Flow Run(Statement statement, Scope scope, OutputBuffer output)
    {
        _evaluator.Position = statement.Position;
        budget.Step();
        switch (statement)
        {
            case Statement.Text text:
                output.Write(TemplateText.Written(text.Value));
                return Flow.Next;
            case Statement.Output expression:
                output.Write(PythonText.Of(_evaluator.Evaluate(expression.Value, scope), budget));
                return Flow.Next;
            case Statement.If choice:
                return RunIf(choice, scope, output);
            case Statement.For loop:
                return RunFor(loop, _evaluator.Evaluate(loop.Items, scope), 0, scope, output);
            case Statement.Set set:
                Assignment.Assign(set.Target, _evaluator.Evaluate(set.Value, scope), scope, budget);
                return Flow.Next;
            case Statement.SetBlock set:
                Value content = Filtered(set.Filters, Capture(set.Body, new Scope(scope)), scope);
                Assignment.Assign(set.Target, content, scope, budget);
                return Flow.Next;
            case Statement.FilterBlock block:
                output.Write(PythonText.Of(Filtered(block.Filters, Capture(block.Body, new Scope(scope)), scope), budget));
                return Flow.Next;
            case Statement.Macro macro:
                scope.Set(macro.Definition.Name, MacroOf(macro.Definition, scope));
                return Flow.Next;
            case Statement.CallBlock call:
                output.Write(PythonText.Of(RunCall(call, scope), budget));
                return Flow.Next;
            case Statement.With with:
                return RunWith(with, scope, output);
            case Statement.Break:
                return Flow.Break;
            case Statement.Continue:
                return Flow.Continue;
            default:
                throw new InvalidOperationException($"There is no such statement as {statement.GetType().Name}.");
        }
    }

    private Flow RunIf(Statement.If choice, Scope scope, OutputBuffer output)
    {
        foreach ((Expression condition, IReadOnlyList<Statement> body) in choice.Branches)
        {
            if (_evaluator.Evaluate(condition, scope).IsTrue)
            {
                return Run(body, scope, output);
            }
        }

        return Run(choice.Otherwise, scope, output);
    }

    private Flow RunFor(Statement.For statement, Value over, int depth, Scope scope, OutputBuffer output)
    {
        IReadOnlyList<Value> items = Kept(statement, Sequences.Items(over, budget), scope);
        var loop = new LoopValue(items, depth, statement.Recursive ? inner => Recurse(statement, inner, depth + 1, scope) : null);
        bool completed = false;
        for (int i = 0; i < items.Count; i++)
        {
            loop.Index = i;

            // Each round has its own scope: what one sets, the next does not see.
            var round = new Scope(scope);
            round.Set("loop", loop);
            Assignment.Assign(statement.Target, items[i], round, budget);
            Flow flow = Run(statement.Body, round, output);
            completed |= flow == Flow.Next;
            if (flow == Flow.Break)
            {
                break;
            }
        }

        // As Jinja compiles it, the 'else' is for loops of which no round came to its end, not only for empty ones.
        return completed ? Flow.Next : Run(statement.Otherwise, new Scope(scope), output);
    }

    private IReadOnlyList<Value> Kept(Statement.For statement, IReadOnlyList<Value> items, Scope scope)
    {
        if (statement.Condition is not { } condition)
        {
            return items;
        }

        return [.. items.Where(item =>
        {
            var round = new Scope(scope);
            Assignment.Assign(statement.Target, item, round, budget);
            return _evaluator.Evaluate(condition, round).IsTrue;
        })];
    }

    private StringValue Recurse(Statement.For statement, Value items, int depth, Scope scope)
    {
        var output = new OutputBuffer(budget);
        RunFor(statement, items, depth, scope, output);
        return new StringValue(output.ToText());
    }

    private Flow RunWith(Statement.With with, Scope scope, OutputBuffer output)
    {
        var inner = new Scope(scope);
        foreach ((AssignmentTarget target, Expression value) in with.Variables)
        {
            Assignment.Assign(target, _evaluator.Evaluate(value, scope), inner, budget);
        }

        return Run(with.Body, inner, output);
    }

    private Value Filtered(IReadOnlyList<FilterCall> filters, TemplateText text, Scope scope) =>
        filters.Aggregate((Value)new StringValue(text), (value, filter) => _evaluator.Apply(filter, value, scope));

    private Value RunCall(Statement.CallBlock block, Scope scope)
    {
        Value target = _evaluator.Evaluate(block.Call.Target, scope);
        CallArguments arguments = _evaluator.Arguments(block.Call.Arguments, scope);
        var keyword = new Dictionary<string, Value>(arguments.Keyword, StringComparer.Ordinal)
        {
            [MacroCall.Caller] = MacroOf(block.Caller, scope),
        };
        return _evaluator.Call(target, arguments with { Keyword = keyword });
    }

    private CallableValue MacroOf(MacroDefinition definition, Scope scope) => new(definition.Name, arguments =>
    {
        Scope inner = MacroCall.Bind(definition, arguments, scope, _evaluator);
        return new StringValue(Capture(definition.Body, inner));
    });
}
