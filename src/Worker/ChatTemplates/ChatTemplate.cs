using Godwit.Worker.ChatTemplates.Analysis;
using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Syntax;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates;

/// <summary>
/// One chat template, parsed once. A template that is not understood still loads, so that its model can serve completions. Immutable:
/// any number of threads may render at the same time.
/// </summary>
internal sealed class ChatTemplate
{
    private readonly TemplateSource _source;
    private readonly IReadOnlyList<Statement> _statements = [];
    private readonly ChatTemplateUnsupportedException? _problem;

    /// <param name="template">Jinja source.</param>
    public ChatTemplate(string template)
    {
        _source = new TemplateSource(template);
        try
        {
            _statements = TemplateParser.Parse(_source);
        }
        catch (ChatTemplateUnsupportedException problem)
        {
            _problem = problem;
        }

        Text = template;
        Variables = VariableUse.Find(_statements);
        ReadsDocuments = SyntaxNode.All(_statements).Any(node => node is Expression.Name { Value: "documents" });
        Content = ContentUse.Find(_statements);
    }

    /// <summary>Its Jinja source.</summary>
    public string Text { get; }

    /// <summary>Variables that a client may set: those that the template reads and does not make itself.</summary>
    public IReadOnlySet<string> Variables { get; }

    /// <summary>Whether it does anything with <c>documents</c>.</summary>
    public bool ReadsDocuments { get; }

    /// <summary>In which form it takes the content of a message.</summary>
    public MessageContent Content { get; }

    /// <summary>The prompt of a conversation.</summary>
    /// <param name="input">The conversation and what else the template may read.</param>
    /// <param name="tokens">Special tokens by their variable, such as <c>bos_token</c>; a variable of the input goes before.</param>
    /// <param name="limits">What it may cost.</param>
    /// <exception cref="ChatTemplateException">There is none: the template is not understood, or failed, or refused.</exception>
    public TemplateText Render(ChatTemplateInput input, IReadOnlyDictionary<string, Value>? tokens = null, RenderLimits? limits = null)
    {
        if (_problem is not null)
        {
            throw new ChatTemplateUnsupportedException(_problem.What, _problem.Line, _problem.Column);
        }

        var budget = new RenderBudget(limits ?? RenderLimits.Default);
        var interpreter = new Interpreter(budget);
        try
        {
            return interpreter.Render(_statements, new Scope(ScopeOf(input, tokens, budget)));
        }
        catch (TemplateFaultException fault)
        {
            throw new ChatTemplateRenderException(fault.Message, _source.LineOf(interpreter.Position));
        }
    }

    private static Scope ScopeOf(ChatTemplateInput input, IReadOnlyDictionary<string, Value>? tokens, RenderBudget budget)
    {
        var scope = new Scope(GlobalFunctions.Create(input.Now, budget));
        foreach ((string name, Value value) in (tokens ?? new Dictionary<string, Value>()).Concat(input.Variables))
        {
            scope.Set(name, value);
        }

        scope.Set("messages", new ListValue(input.Messages));
        scope.Set("tools", input.Tools ?? NoneValue.Instance);
        scope.Set("documents", input.Documents ?? NoneValue.Instance);
        scope.Set("add_generation_prompt", BoolValue.Of(input.AddGenerationPrompt));
        return scope;
    }
}
