using System.Text.Json;
using Godwit.Worker.ChatTemplates;

namespace Godwit.Worker.Tests.ChatTemplates;

/// <summary>Whole templates against the prompts, and errors, of other implementations.</summary>
public sealed class GoldenTemplateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("godwit-golden-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Qwen 3's own template, as the JavaScript implementation of Hugging Face renders it.</summary>
    [Fact]
    public void The_copied_model_agrees() => Assert.Equal(28, Compare(Path.Combine(AppContext.BaseDirectory, "ChatTemplates/Cases/qwen3.json")));

    /// <summary>More models, where their files lie beside the repository.</summary>
    [Fact]
    public void Every_model_beside_the_repository_agrees()
    {
        foreach (string file in GoldenFiles())
        {
            Assert.True(Compare(file) > 0, file);
        }
    }

    /// <summary>Templates in the manner of other families: alternation, parts, tools, macros over schemas, documents.</summary>
    [Fact]
    public void Templates_of_other_styles_agree_with_Python()
    {
        using JsonDocument document = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "ChatTemplates/Cases/styles.json")));
        int refused = 0;
        foreach (JsonElement entry in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            string template = document.RootElement.GetProperty("templates").GetProperty(entry.GetProperty("template").GetString()!).GetString()!;
            ChatTemplateInput input = Templates.Input(entry.GetProperty("variables"));
            if (entry.TryGetProperty("error", out JsonElement error))
            {
                refused++;
                var refusal = Assert.Throws<ChatTemplateRefusalException>(() => new ChatTemplate(template).Render(input));
                Assert.Equal(error.GetString(), refusal.Message);
            }
            else
            {
                Assert.Equal(entry.GetProperty("rendered").GetString(), new ChatTemplate(template).Render(input).Content);
            }
        }

        Assert.Equal((23, 8), (document.RootElement.GetProperty("cases").GetArrayLength(), refused));
    }

    private int Compare(string file)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file));
        File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"), document.RootElement.GetRawText());
        ChatTemplateSet templates = ChatTemplateSet.Load(_folder);
        int cases = 0;
        foreach (JsonElement entry in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            cases++;
            ChatTemplateInput input = Templates.Input(entry.GetProperty("extra")) with
            {
                Messages = [.. entry.GetProperty("messages").EnumerateArray().Select(JsonValues.Read)],
                Tools = entry.TryGetProperty("tools", out JsonElement tools) ? JsonValues.Read(tools) : null,
                AddGenerationPrompt = entry.GetProperty("add_generation_prompt").GetBoolean(),
            };
            if (entry.TryGetProperty("rendered", out JsonElement rendered))
            {
                Assert.Equal(rendered.GetString(), templates.Render(input).Content);
            }
            else
            {
                Assert.ThrowsAny<ChatTemplateException>(() => templates.Render(input));
            }
        }

        return cases;
    }

    private static string[] GoldenFiles()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Godwit.slnx")))
            {
                string golden = Path.Combine(folder.Parent?.FullName ?? folder.FullName, "shared/golden/chat-templates");
                return Directory.Exists(golden) ? Directory.GetFiles(golden, "*.json") : [];
            }
        }

        return [];
    }
}
