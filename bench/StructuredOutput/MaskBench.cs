using System.Diagnostics;
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

    public static void Run(string shared)
    {
        Console.WriteLine("| vocabulary | tokens | constraint | compile, ms | first run: mean, p99, worst, µs per step | later: mean, p50, p99, worst |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (string name in (string[])["gpt2", "llama2", "llama3", "qwen3"])
        {
            if (Load(shared, name) is not { } tokenizer)
            {
                Console.WriteLine($"| {name} | not there |");
                continue;
            }

            long start = Stopwatch.GetTimestamp();
            var trie = TokenTrie.Build(
                tokenizer.VocabularySize,
                id => tokenizer.IsSpecial(id) ? [] : tokenizer.Decoder.BytesOf(id).ToArray(),
                End(tokenizer));
            Console.WriteLine($"| {name} | {trie.VocabularySize} | (trie of {trie.NodeCount} nodes) | {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} | | |");
            foreach ((string what, Constraint constraint) in Constraints)
            {
                Measure(name, trie, what, constraint);
            }
        }
    }

    private static void Measure(string name, TokenTrie trie, string what, Constraint constraint)
    {
        // Once to have the code compiled by the runtime, on caches of its own.
        Draw(new ConstraintCompiler(trie).Compile(constraint), 1, []);
        var compiler = new ConstraintCompiler(trie);
        long start = Stopwatch.GetTimestamp();
        CompiledConstraint compiled = compiler.Compile(constraint);
        double compile = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        var first = new List<double>();
        Draw(compiled, 100, first);
        var later = new List<double>();
        for (int seed = 2; seed < 22; seed++)
        {
            Draw(compiled, seed, later);
        }

        first.Sort();
        later.Sort();
        Console.WriteLine(
            $"| {name} | | {what} | {compile:F1} | {first.Average():F0}, {At(first, 99):F0}, {first[^1]:F0} "
            + $"| {later.Average():F0}, {At(later, 50):F0}, {At(later, 99):F0}, {later[^1]:F0} |");
    }

    private static void Draw(CompiledConstraint constraint, int seed, List<double> microseconds)
    {
        var random = new Random(seed);
        ConstraintState state = constraint.Start();
        for (int left = 400; left > 0 && !state.IsComplete; left--)
        {
            long start = Stopwatch.GetTimestamp();
            ReadOnlySpan<uint> mask = state.Mask(left);
            double masked = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            int token = Pick(mask, random);
            start = Stopwatch.GetTimestamp();
            state.TryAdvance(token);
            microseconds.Add(masked + Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }
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
