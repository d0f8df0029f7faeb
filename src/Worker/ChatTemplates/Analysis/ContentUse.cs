using Godwit.Worker.ChatTemplates.Syntax;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Analysis;

/// <summary>
/// Finds in which form a template takes the content of messages: as parts if it loops over it. It follows the messages, a message and
/// its content through assignments, loops and arguments of macros.
/// </summary>
internal sealed class ContentUse
{
    /// <summary>Longest chain of assignments that is followed, whatever order they stand in.</summary>
    private const int MaxRounds = 16;

    private readonly List<SyntaxNode> _nodes;
    private readonly Dictionary<string, MacroDefinition> _macros;
    private readonly HashSet<string> _lists = new(StringComparer.Ordinal) { "messages" };
    private readonly HashSet<string> _messages = new(StringComparer.Ordinal);
    private readonly HashSet<string> _contents = new(StringComparer.Ordinal);

    private ContentUse(IReadOnlyList<Statement> template)
    {
        _nodes = [.. SyntaxNode.All(template)];
        _macros = _nodes.OfType<Statement.Macro>().GroupBy(m => m.Definition.Name, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.First().Definition, StringComparer.Ordinal);
    }

    private int Known => _lists.Count + _messages.Count + _contents.Count;

    public static MessageContent Find(IReadOnlyList<Statement> template)
    {
        var use = new ContentUse(template);
        for (int round = 0, known = -1; round < MaxRounds && use.Known > known; round++)
        {
            known = use.Known;
            use._nodes.ForEach(use.Follow);
        }

        bool loops = use._nodes.Any(n => n is Statement.For loop && Sources(loop.Items).Any(use.IsContent));
        bool asks = use._nodes.Any(n => n is Expression.Test { TestName: "string" } test && Sources(test.Target).Any(use.IsContent));
        return !loops ? MessageContent.Text : asks ? MessageContent.Either : MessageContent.Parts;
    }

    private void Follow(SyntaxNode node)
    {
        switch (node)
        {
            case Statement.Set { Target: AssignmentTarget.Variable variable } set:
                Name(variable.Name, set.Value);
                break;
            case Statement.For { Target: AssignmentTarget.Variable variable } loop when Sources(loop.Items).Any(IsList):
                _messages.Add(variable.Name);
                break;
            case Expression.Call { Target: Expression.Name macro } call when _macros.TryGetValue(macro.Value, out MacroDefinition? definition):
                FollowArguments(call.Arguments, definition);
                break;
        }
    }

    private void FollowArguments(ArgumentList arguments, MacroDefinition macro)
    {
        for (int i = 0; i < Math.Min(arguments.Positional.Count, macro.Parameters.Count); i++)
        {
            Name(macro.Parameters[i].Name, arguments.Positional[i]);
        }

        foreach ((string name, Expression value) in arguments.Keyword)
        {
            Name(name, value);
        }
    }

    private void Name(string name, Expression value)
    {
        foreach (Expression source in Sources(value))
        {
            HashSet<string>? names = IsList(source) ? _lists : IsMessage(source) ? _messages : IsContent(source) ? _contents : null;
            names?.Add(name);
        }
    }

    private bool IsList(Expression expression) => expression is Expression.Name name && _lists.Contains(name.Value);

    private bool IsMessage(Expression expression) => expression switch
    {
        Expression.Name name => _messages.Contains(name.Value),
        Expression.Item { Target: var target, Key: not Expression.Literal { Value: StringValue } } => Sources(target).Any(IsList),
        _ => false,
    };

    private bool IsContent(Expression expression) => expression switch
    {
        Expression.Name name => _contents.Contains(name.Value),
        Expression.Member { Key: "content" } member => IsMessage(member.Target),
        Expression.Item { Key: Expression.Literal { Value: StringValue { Content: "content" } } } item => IsMessage(item.Target),
        Expression.Call { Target: Expression.Member { Key: "get" } get, Arguments.Positional: [Expression.Literal { Value: StringValue { Content: "content" } }, ..] } =>
            IsMessage(get.Target),
        _ => false,
    };

    /// <summary>What a value may be made of while it stays the same kind of thing: filtered, cut, or one of two.</summary>
    private static IEnumerable<Expression> Sources(Expression expression)
    {
        var open = new Stack<Expression>([expression]);
        while (open.TryPop(out Expression? next))
        {
            switch (next)
            {
                case Expression.Filter filter:
                    open.Push(filter.Target);
                    break;
                case Expression.Slice slice:
                    open.Push(slice.Target);
                    break;
                case Expression.Binary { Operator: "or" or "and" or "+" } binary:
                    open.Push(binary.Left);
                    open.Push(binary.Right);
                    break;
                case Expression.Conditional conditional:
                    open.Push(conditional.Then);
                    if (conditional.Otherwise is { } otherwise)
                    {
                        open.Push(otherwise);
                    }

                    break;
                default:
                    yield return next;
                    break;
            }
        }
    }
}
