using System.Text;

namespace Godwit.Worker.ChatTemplates;

/// <summary>Walks a parsed template and writes its text.</summary>
internal sealed class TemplateRenderer(TemplateSource source, TemplateVariables variables)
{
    public const string BosToken = "bos_token";
    public const string EosToken = "eos_token";
    public const string Role = "role";
    public const string Content = "content";

    private readonly StringBuilder _output = new();
    private ChatTemplateMessage? _message;

    public string Render(IReadOnlyList<TemplateNode> nodes)
    {
        Write(nodes);
        return _output.ToString();
    }

    private void Write(IReadOnlyList<TemplateNode> nodes)
    {
        foreach (TemplateNode node in nodes)
        {
            switch (node)
            {
                case TemplateNode.Text text:
                    _output.Append(text.Value);
                    break;
                case TemplateNode.Output output:
                    _output.Append(Evaluate(output.Value));
                    break;
                case TemplateNode.ForEachMessage loop:
                    foreach (ChatTemplateMessage message in variables.Messages)
                    {
                        _message = message;
                        Write(loop.Body);
                    }

                    _message = null;
                    break;
            }
        }
    }

    /// <summary>The value; null is Jinja's undefined, which prints as nothing but cannot be added to.</summary>
    private string? Evaluate(TemplateExpression expression) => expression switch
    {
        TemplateExpression.Literal literal => literal.Value,
        TemplateExpression.Name name => name.Value == BosToken ? variables.BosToken : variables.EosToken,
        TemplateExpression.Member member => member.Key == Role ? _message?.Role : _message?.Content,
        TemplateExpression.Add add => Defined(add.Left) + Defined(add.Right),
        _ => throw source.Unsupported($"{expression.GetType().Name} cannot be evaluated", expression.Position),
    };

    private string Defined(TemplateExpression expression) =>
        Evaluate(expression) ?? throw source.Unsupported("this model does not define the value that is added here", expression.Position);
}
