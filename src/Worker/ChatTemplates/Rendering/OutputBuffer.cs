using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.ChatTemplates.Rendering;

/// <summary>Text that is being rendered: the prompt, or what a macro or block makes on the way.</summary>
internal sealed class OutputBuffer(RenderBudget budget)
{
    private readonly TemplateTextBuilder _text = new();

    public void Write(TemplateText text)
    {
        budget.Make(text.Length);
        budget.CheckOutput((long)_text.Length + text.Length);
        _text.Append(text);
    }

    public TemplateText ToText() => _text.ToText();
}
