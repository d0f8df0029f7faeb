using System.Text.Json;
using Godwit.Worker.ChatTemplates;
using Godwit.Worker.ChatTemplates.Rendering;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.Tests.ChatTemplates;

/// <summary>Renders templates with variables that are written as JSON.</summary>
internal static class Templates
{
    /// <summary>What <c>strftime_now</c> takes for now.</summary>
    public static readonly DateTimeOffset Now = new(2024, 7, 6, 9, 5, 3, 40, TimeSpan.Zero);

    /// <summary>The text of a template.</summary>
    /// <param name="template">Jinja source.</param>
    /// <param name="variables">A JSON object: <c>messages</c>, <c>tools</c>, <c>documents</c>, <c>add_generation_prompt</c>, and others.</param>
    /// <param name="limits">What it may cost.</param>
    public static string Render(string template, string variables = "{}", RenderLimits? limits = null)
    {
        using JsonDocument document = JsonDocument.Parse(variables);
        return new ChatTemplate(template).Render(Input(document.RootElement), limits: limits).Content;
    }

    /// <summary>The text of a template, with ⟦ ⟧ around what is plain.</summary>
    public static string RenderMarked(string template, string variables)
    {
        using JsonDocument document = JsonDocument.Parse(variables);
        TemplateText text = new ChatTemplate(template).Render(Input(document.RootElement));
        return string.Concat(text.Runs(0, text.Length).Select(run =>
            run.Plain ? $"⟦{text.Content[run.Start..run.End]}⟧" : text.Content[run.Start..run.End]));
    }

    /// <summary>The input that a JSON object stands for.</summary>
    public static ChatTemplateInput Input(JsonElement json)
    {
        Dictionary<string, Value> all = json.EnumerateObject().ToDictionary(p => p.Name, p => JsonValues.Read(p.Value));
        return new ChatTemplateInput
        {
            Messages = all.Remove("messages", out Value? messages) ? ((ListValue)messages).Items : [],
            Tools = all.Remove("tools", out Value? tools) && tools is not NoneValue ? tools : null,
            Documents = all.Remove("documents", out Value? documents) ? documents : null,
            AddGenerationPrompt = all.Remove("add_generation_prompt", out Value? add) && add.IsTrue,
            Variables = all,
            Now = Now,
        };
    }
}
