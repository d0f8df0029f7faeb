using Godwit.Worker.ChatTemplates.Filters;
using Godwit.Worker.ChatTemplates.Methods;
using Godwit.Worker.ChatTemplates.Predicates;
using Godwit.Worker.ChatTemplates.Syntax;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Rendering;

/// <summary>Computes expressions.</summary>
internal sealed class Evaluator(RenderBudget budget)
{
    /// <summary>Where in the template the last expression was begun, for the message of a fault.</summary>
    public int Position { get; set; }

    /// <summary>The value of an expression.</summary>
    /// <exception cref="TemplateFaultException">It has none.</exception>
    public Value Evaluate(Expression expression, Scope scope)
    {
        budget.Enter();
        Position = expression.Position;
        Value value = expression switch
        {
            Expression.Literal literal => literal.Value,
            Expression.Name name => scope.Get(name.Value),
            Expression.Member member => Members.Get(Evaluate(member.Target, scope), member.Key, budget),
            Expression.Item item => Members.GetItem(Evaluate(item.Target, scope), Evaluate(item.Key, scope), budget),
            Expression.Slice slice => Slice(slice, scope),
            Expression.Call call => Call(Evaluate(call.Target, scope), Arguments(call.Arguments, scope)),
            Expression.Filter filter => Apply(filter.Use, Evaluate(filter.Target, scope), scope),
            Expression.Test test => Test(test, scope),
            Expression.Comparison comparison => Compare(comparison, scope),
            Expression.Binary binary => Binary(binary, scope),
            Expression.Unary { Operator: "not" } unary => BoolValue.Of(!Evaluate(unary.Operand, scope).IsTrue),
            Expression.Unary unary => Operators.Sign(unary.Operator, Evaluate(unary.Operand, scope)),
            Expression.Conditional conditional => Choose(conditional, scope),
            Expression.Sequence sequence => Sequence(sequence, scope),
            Expression.Mapping mapping => Mapping(mapping, scope),
            _ => throw new InvalidOperationException($"There is no such expression as {expression.GetType().Name}."),
        };
        budget.Leave();
        return value;
    }

    /// <summary>The arguments of a call.</summary>
    public CallArguments Arguments(ArgumentList list, Scope scope)
    {
        if (list.IsEmpty)
        {
            return CallArguments.None;
        }

        List<Value> positional = [.. list.Positional.Select(a => Evaluate(a, scope))];
        var keyword = new Dictionary<string, Value>(StringComparer.Ordinal);
        foreach ((string name, Expression value) in list.Keyword)
        {
            AddKeyword(keyword, name, Evaluate(value, scope));
        }

        if (list.Spread is not null)
        {
            positional.AddRange(Sequences.Items(Evaluate(list.Spread, scope), budget));
        }

        if (list.SpreadKeyword is not null)
        {
            DictValue mapping = Evaluate(list.SpreadKeyword, scope) as DictValue
                ?? throw new TemplateFaultException("'**' needs a mapping");
            foreach ((Value key, Value value) in mapping.Entries)
            {
                AddKeyword(keyword, key is StringValue name ? name.Content : throw new TemplateFaultException("'**' needs strings as keys"), value);
            }
        }

        return new CallArguments(positional, keyword);
    }

    /// <summary>What a call of a value gives.</summary>
    public Value Call(Value target, CallArguments arguments)
    {
        budget.Enter();
        Value result = target switch
        {
            CallableValue callable => callable.Invoke(arguments),
            LoopValue loop => loop.Recurse(arguments),
            JoinerValue joiner => joiner.Next(),
            UndefinedValue undefined => throw undefined.Fault(),
            _ => throw new TemplateFaultException($"a value of type '{target.TypeName}' cannot be called"),
        };
        budget.Leave();
        return result;
    }

    /// <summary>What a filter makes of a value.</summary>
    public Value Apply(FilterCall use, Value value, Scope scope)
    {
        TemplateFilter filter = FilterTable.Get(use.Name);
        CallArguments arguments = Arguments(use.Arguments, scope);
        Position = use.Position;
        return filter(value, arguments, budget);
    }

    private static void AddKeyword(Dictionary<string, Value> keyword, string name, Value value)
    {
        if (!keyword.TryAdd(name, value))
        {
            throw new TemplateFaultException($"the argument '{name}' is given twice");
        }
    }

    private Value Slice(Expression.Slice slice, Scope scope)
    {
        Value target = Evaluate(slice.Target, scope);
        return Sequences.Slice(target, Bound(slice.Start), Bound(slice.Stop), Bound(slice.Step), budget);

        System.Numerics.BigInteger? Bound(Expression? bound) => bound is null || Evaluate(bound, scope) is not { } value || value is NoneValue
            ? null
            : Numbers.Integer(value) ?? throw new TemplateFaultException(
                $"a slice has integers, not a value of type '{value.TypeName}'");
    }

    private BoolValue Test(Expression.Test test, Scope scope)
    {
        Value value = Evaluate(test.Target, scope);
        TemplatePredicate predicate = PredicateTable.Get(test.TestName);
        return BoolValue.Of(predicate(value, Arguments(test.Arguments, scope), budget));
    }

    private BoolValue Compare(Expression.Comparison comparison, Scope scope)
    {
        Value left = Evaluate(comparison.First, scope);
        foreach ((string sign, Expression operand) in comparison.Rest)
        {
            Value right = Evaluate(operand, scope);
            if (!Comparer.Holds(sign, left, right, budget))
            {
                return BoolValue.False;
            }

            left = right;
        }

        return BoolValue.True;
    }

    private Value Binary(Expression.Binary binary, Scope scope)
    {
        Value left = Evaluate(binary.Left, scope);
        return binary.Operator switch
        {
            "and" => left.IsTrue ? Evaluate(binary.Right, scope) : left,
            "or" => left.IsTrue ? left : Evaluate(binary.Right, scope),
            _ => Operators.Binary(binary.Operator, left, Evaluate(binary.Right, scope), budget),
        };
    }

    private Value Choose(Expression.Conditional conditional, Scope scope) =>
        Evaluate(conditional.Condition, scope).IsTrue ? Evaluate(conditional.Then, scope)
        : conditional.Otherwise is { } otherwise ? Evaluate(otherwise, scope)
        : new UndefinedValue("the condition of an 'if' without 'else' is false");

    private SequenceValue Sequence(Expression.Sequence sequence, Scope scope)
    {
        List<Value> items = [.. sequence.Items.Select(item => Evaluate(item, scope))];
        return sequence.IsTuple ? new TupleValue(items) : new ListValue(items);
    }

    private DictValue Mapping(Expression.Mapping mapping, Scope scope) => DictValue.Of(mapping.Entries.Select(
        entry => KeyValuePair.Create(Evaluate(entry.Key, scope), Evaluate(entry.Value, scope))));
}
