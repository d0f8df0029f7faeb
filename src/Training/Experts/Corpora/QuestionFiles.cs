using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Godwit.Training.Experts.Corpora;

/// <summary>Corpora of instructions and what was made of them.</summary>
internal static partial class QuestionFiles
{
    /// <summary>Word problems with worked answers; the calculator's marks are taken out.</summary>
    public static IEnumerable<RawDocument> Gsm8k(string folder) =>
        new[] { "train.jsonl", "test.jsonl" }.SelectMany(file => JsonFiles.Lines(folder, file))
            .Select(item => RawDocument.Of(item.Text("question"), item.Text("question"), CalculatorMark().Replace(item.Text("answer"), "")));

    /// <summary>Programming tasks and programs.</summary>
    public static IEnumerable<RawDocument> CodeInstructions(string folder) =>
        Instructions(folder, "codegen-instruct.json").Concat(HumanEval(folder));

    /// <summary>Scenes played as somebody else.</summary>
    public static IEnumerable<RawDocument> Roleplay(string folder) => Instructions(folder, "roleplay-instruct.json");

    /// <summary>What assistants with tools do.</summary>
    public static IEnumerable<RawDocument> Assistants(string folder) =>
        Instructions(folder, "toolformer-instruct.json").Concat(JsonFiles.Items(folder, "glaive_toolcall_en_demo.json").Select(Conversation));

    private static IEnumerable<RawDocument> Instructions(string folder, string file) => JsonFiles.Items(folder, file).Select(item =>
    {
        string question = $"{item.Text("instruction")}\n{item.Text("input")}".Trim();
        return RawDocument.Of(question, question, item.Text("response"));
    });

    private static RawDocument Conversation(JsonElement item)
    {
        string[] turns = [.. item.GetProperty("conversations").EnumerateArray().Select(turn => turn.Text("value"))];
        return RawDocument.Of(turns[0], turns[0], string.Join('\n', turns[1..]));
    }

    private static IEnumerable<RawDocument> HumanEval(string folder)
    {
        using StreamReader reader = new(new GZipStream(
            File.OpenRead(Path.Combine(folder, "HumanEval.jsonl.gz")), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            using JsonDocument item = JsonDocument.Parse(line);
            yield return RawDocument.Of("HumanEval", item.RootElement.Text("prompt"), item.RootElement.Text("canonical_solution"));
        }
    }

    [GeneratedRegex("<<[^>]*>>")]
    private static partial Regex CalculatorMark();
}
