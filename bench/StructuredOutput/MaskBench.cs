using System.CommandLine;
using System.IO.Compression;
using Godwit.Worker.StructuredOutput;
using Godwit.Worker.StructuredOutput.Masks;
using Godwit.Worker.Tokenization;

namespace Godwit.Bench.StructuredOutput;

/// <summary>
/// What a constraint costs: to build a vocabulary's trie, to compile, and per step to work out the mask and to go on by the drawn token.
/// The tokens are drawn uniformly from the masks, which visits more states than a model does.
/// </summary>
internal static class MaskBench
{
    private const int Times = 4;

    private static readonly (string Name, Constraint Constraint)[] Constraints =
    [
        ("json_object", Constraint.JsonObject),
        ("person schema", Constraint.JsonSchema(
            """
            {"type":"object","properties":{"name":{"type":"string","maxLength":40},"age":{"type":"integer","minimum":0,"maximum":130},
            "email":{"type":"string","format":"email"},"tags":{"type":"array","items":{"enum":["a","b","c"]},"maxItems":5},
            "address":{"type":"object","properties":{"street":{"type":"string"},"zip":{"type":"string","pattern":"^[0-9]{5}$"}},
            "required":["street","zip"],"additionalProperties":false}},"required":["name","age","address"],"additionalProperties":false}
            """)),
        ("recursive tree", Constraint.JsonSchema(
            """
            {"$ref":"#/$defs/n","$defs":{"n":{"type":"object","properties":{"value":{"type":"number"},"children":{"type":"array",
            "items":{"$ref":"#/$defs/n"}}},"required":["value"],"additionalProperties":false}}}
            """)),
        ("regex", Constraint.Regex(@"(?:[A-Z][a-z]{1,12} ){2,8}\d{4}-\d{2}-\d{2}")),
    ];

    public static Command Command()
    {
        Argument<string> shared = new("SHARED")
        {
            Description = "Folder with the tokenizers.",
            DefaultValueFactory = _ => Path.Combine("..", "shared"),
        };
        Command command = new("masks", "Masks of structured output: time per step.") { shared };
        command.SetAction(result => Run(result.GetRequiredValue(shared)));
        return command;
    }

    private static void Run(string shared)
    {
        Console.WriteLine("| vocabulary | tokens | constraint | compile, ms | first run: mean, p99, worst, µs per step | later: mean, p50, p99, worst |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (string name in (string[])["llama2", "llama3", "qwen3", "deepseek_v3"])
        {
            if (Load(shared, name) is not { } tokenizer)
            {
                Console.WriteLine($"| {name} | not there |");
                continue;
            }

            double start = ThreadTime.Microseconds;
            var trie = TokenTrie.Build(
                tokenizer.VocabularySize,
                id => tokenizer.IsSpecial(id) ? [] : tokenizer.Decoder.BytesOf(id).ToArray(),
                End(tokenizer));
            Console.WriteLine($"| {name} | {trie.VocabularySize} | (trie of {trie.NodeCount} nodes) | {(ThreadTime.Microseconds - start) / 1e3:F0} | | |");
            foreach ((string what, Constraint constraint) in Constraints)
            {
                Measure(name, trie, what, constraint);
            }
        }
    }

    private static void Measure(string name, TokenTrie trie, string what, Constraint constraint)
    {
        // Several times, each on caches of its own, and of every step the fastest: the first time the runtime still compiles the code, and
        // whatever else the machine does takes no step every time.
        double compile = double.MaxValue;
        List<double> first = [];
        List<double> later = [];
        for (int time = 0; time < Times; time++)
        {
            var compiler = new ConstraintCompiler(trie);
            double start = ThreadTime.Microseconds;
            CompiledConstraint compiled = compiler.Compile(constraint);
            compile = Math.Min(compile, (ThreadTime.Microseconds - start) / 1e3);
            first = Fastest(first, Draw(compiled, 100));
            later = Fastest(later, [.. Enumerable.Range(2, 20).SelectMany(seed => Draw(compiled, seed))]);
        }

        first.Sort();
        later.Sort();
        Console.WriteLine(
            $"| {name} | | {what} | {compile:F1} | {first.Average():F0}, {At(first, 99):F0}, {first[^1]:F0} "
            + $"| {later.Average():F0}, {At(later, 50):F0}, {At(later, 99):F0}, {later[^1]:F0} |");
    }

    private static List<double> Fastest(List<double> x, List<double> y) => x.Count == 0 ? y : [.. x.Zip(y, Math.Min)];

    private static List<double> Draw(CompiledConstraint constraint, int seed)
    {
        var microseconds = new List<double>();
        var random = new Random(seed);
        ConstraintState state = constraint.Start();
        for (int left = 400; left > 0 && !state.IsComplete; left--)
        {
            double start = ThreadTime.Microseconds;
            ReadOnlySpan<uint> mask = state.Mask(left);
            double masked = ThreadTime.Microseconds - start;
            int token = Pick(mask, random);
            start = ThreadTime.Microseconds;
            state.TryAdvance(token);
            microseconds.Add(masked + ThreadTime.Microseconds - start);
        }

        return microseconds;
    }

    private static int Pick(ReadOnlySpan<uint> mask, Random random)
    {
        int count = 0;
        foreach (uint word in mask)
        {
            count += System.Numerics.BitOperations.PopCount(word);
        }

        int left = random.Next(count);
        for (int word = 0; word < mask.Length; word++)
        {
            for (uint bits = mask[word]; bits != 0; bits &= bits - 1)
            {
                if (left-- == 0)
                {
                    return (32 * word) + System.Numerics.BitOperations.TrailingZeroCount(bits);
                }
            }
        }

        throw new InvalidOperationException("The mask is empty.");
    }

    private static double At(List<double> sorted, int percent) => sorted[Math.Min(sorted.Count - 1, sorted.Count * percent / 100)];

    private static int[] End(Tokenizer tokenizer) =>
        [.. new[] { "</s>", "<|end_of_text|>", "<|endoftext|>", "<|im_end|>", "<|eot_id|>" }.Select(tokenizer.TokenToId).OfType<int>()];

    private static Tokenizer? Load(string shared, string name)
    {
        string packed = Path.Combine(shared, "tokenizers", name, "tokenizer.json.gz");
        if (!File.Exists(packed))
        {
            return null;
        }

        string folder = Directory.CreateTempSubdirectory("godwit-bench-").FullName;
        try
        {
            using (var unzipped = new GZipStream(File.OpenRead(packed), CompressionMode.Decompress))
            using (FileStream file = File.Create(Path.Combine(folder, "tokenizer.json")))
            {
                unzipped.CopyTo(file);
            }

            return Tokenizer.Load(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
