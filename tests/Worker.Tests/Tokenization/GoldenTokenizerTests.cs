using System.Text;
using System.Text.Json;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Tests.Tokenization;

/// <summary>Real tokenizers against ids and texts that other implementations agreed on; where the files are.</summary>
public sealed class GoldenTokenizerTests
{
    [Theory]
    [InlineData("llama2")]
    [InlineData("llama3")]
    [InlineData("qwen3")]
    [InlineData("deepseek_v3")]
    [InlineData("gemma3")]
    public void Every_golden_case_agrees(string name)
    {
        using TemporaryTokenizer? files = SharedTokenizers.Unpack(name);
        if (files is null || SharedTokenizers.GoldenFile(name) is not { } golden)
        {
            return;
        }

        Tokenizer tokenizer = Tokenizer.Load(files.Folder);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(golden));
        var wrong = new List<string>();
        int cases = 0;
        foreach (JsonElement entry in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            cases++;
            string text = entry.GetProperty("text").GetString()!;
            int[] ids = [.. entry.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
            int[] encoded = [.. tokenizer.Encode(text, addSpecialTokens: false)];
            string decoded = tokenizer.Decode(ids, skipSpecialTokens: false);
            if (!encoded.SequenceEqual(ids) || decoded != entry.GetProperty("decoded").GetString())
            {
                wrong.Add($"{JsonSerializer.Serialize(text)}: [{string.Join(',', encoded)}] not [{string.Join(',', ids)}], {JsonSerializer.Serialize(decoded)}");
            }
            else
            {
                Assert.Equal(decoded, PushAll(tokenizer, ids));
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {cases}:\n{string.Join('\n', wrong.Take(10))}");
        Assert.True(cases > 100);
    }

    private static string PushAll(Tokenizer tokenizer, int[] ids)
    {
        var detokenizer = new IncrementalDetokenizer(tokenizer, [], skipSpecialTokens: false);
        var text = new StringBuilder();
        foreach (int id in ids)
        {
            text.Append(detokenizer.Push(id));
        }

        return text.Append(detokenizer.Flush()).ToString();
    }
}
