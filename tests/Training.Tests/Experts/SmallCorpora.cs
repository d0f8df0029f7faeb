using System.IO.Compression;
using System.Text.Json;

namespace Godwit.Training.Tests.Experts;

/// <summary>A folder with a little of every corpus, in the very formats of the real ones.</summary>
public sealed class SmallCorpora : IDisposable
{
    public const int PerCorpus = 30;

    public SmallCorpora()
    {
        Text("children-stories/tinystories.txt", string.Join('\n', Numbers(i => $"once upon a time there was a duck number {i}.\n\nit swam far away. the end.")));
        Lines("math-gsm8k/train.jsonl", i => new { question = $"Ann has {i} apples and eats one of them. How many are left?", answer = $"{i}-1=<<{i}-1={i - 1}>>{i - 1}\n#### {i - 1}" });
        Text("math-gsm8k/test.jsonl", "");
        Items("code-instruct/codegen-instruct.json", i => new { instruction = $"Write a program that prints the number {i}.", input = "", response = $"print({i})" });
        Directory.CreateDirectory(At("code-instruct"));
        using (StreamWriter human = new(new GZipStream(File.Create(At("code-instruct/HumanEval.jsonl.gz")), CompressionLevel.Fastest)))
        {
            human.WriteLine(JsonSerializer.Serialize(new { prompt = "def held_out(number):\n    \"\"\"Only for tests.\"\"\"", canonical_solution = "    return number" }));
        }

        Lines("sql/wikisql_sample12k.jsonl", i => new
        {
            table = $"table-{i / 3}",
            question = $"Who scored {i} points in the second half of the match?",
            sql = $"SELECT TABLEalias0.PLAYER_FIELD FROM TABLE AS TABLEalias0 WHERE TABLEalias0.POINTS_FIELD = {i} ;",
        });
        Items("sql/advising.json", i => new Dictionary<string, object>
        {
            ["sql"] = new[] { $"SELECT COURSEalias0.NAME FROM COURSE AS COURSEalias0 WHERE COURSEalias0.NUMBER = number0 AND {i} = {i} ;" },
            ["sentences"] = new[]
            {
                new { text = "Is course number0 open to everybody this term ?", variables = new Dictionary<string, string> { ["number0"] = $"{500 + i}" } },
                new { text = "May anybody take number0 at all this term ?", variables = new Dictionary<string, string> { ["number0"] = $"{600 + i}" } },
            },
        });
        Text("clinical-mts-dialog/one.csv", "ID,section_header,section_text,dialogue\n" + string.Join('\n', Numbers(
            i => $"{i},GENHX,\"The patient, aged {i}, says \"\"it hurts\"\".\",\"Doctor: How are you?\nPatient: It hurts, since day {i}.\"")) + "\n");
        Text("biomedical-pubmedqa/ori_pqal.json", JsonSerializer.Serialize(Enumerable.Range(0, PerCorpus).ToDictionary(
            i => $"{i}", i => new { QUESTION = $"Does drug {i} help?", CONTEXTS = new[] { "It was tried on mice.", "They lived." }, LONG_ANSWER = $"Drug {i} helps mice." })));
        Lines("legal-legalbench/legalbench.jsonl", i => new { fields = new { text = $"The lessee shall pay {i} dollars on the first of each month.", answer = "Yes" } });
        Lines("patents-uspto/patents.jsonl", i => new { id = $"US{i}", source = "x", title = $"Electric lamp {i}", claims = $"1. A lamp with {i} wires, each of them insulated from the others." });
        Text("encyclopaedic-wikitext2/valid.txt", string.Concat(Numbers(i => $" \n = Lobster {i} = \n \n The lobster number {i} is , as one knows , <unk> of the @-@ sea . \n \n = = Life = = \n \n It lives long . \n")));
        Text("encyclopaedic-wikitext2/test.txt", "");
        Text("encyclopaedic-wikitext2/wiki_demo.txt", string.Join('\n', Numbers(i => $"Anarchism of kind {i} is a philosophy that is sceptical of authority.")));
        Text("shakespeare/input.txt", string.Join("\n\n", Enumerable.Range(0, 600).Select(i => $"First Citizen:\nBefore we proceed to act {i}, hear me speak.")));
        Items("chat-instruct/roleplay-instruct.json", i => new { instruction = $"You are pirate number {i}. Greet me.", input = "", response = $"Arr, says pirate {i}!" });
        Items("chat-instruct/toolformer-instruct.json", i => new { instruction = $"Summarise event number {i} with a tool.", input = "", response = $"wikipedia('{i}')" });
        Items("chat-instruct/glaive_toolcall_en_demo.json", i => new { conversations = new[] { new { from = "human", value = $"What is the weather in town {i}?" }, new { from = "gpt", value = "It rains." } } });
        Lines("news-wikinews/wikinews_en.jsonl", i => new { title = $"President {i} lunches", text = $"The president of state {i} had lunch today." });
        Lines("web-c4/c4_demo.jsonl", i => new { text = $"Do you need heater number {i}? No problem. We have it in stock." });
        Lines("recipes/based_cooking.jsonl", i => new { path = $"r{i}.md", title = $"Soup {i}", text = $"Boil {i} onions in water for an hour and add salt." });
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("godwit-corpora-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static IEnumerable<string> Numbers(Func<int, string> text) => Enumerable.Range(0, PerCorpus).Select(text);

    private void Lines(string file, Func<int, object> item) => Text(file, string.Join('\n', Numbers(i => JsonSerializer.Serialize(item(i)))));

    private void Items(string file, Func<int, object> item) => Text(file, JsonSerializer.Serialize(Enumerable.Range(0, PerCorpus).Select(item)));

    private void Text(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(file))!);
        File.WriteAllText(At(file), text);
    }

    private string At(string file) => Path.Combine(Folder, file);
}
