namespace Godwit.Training.Selection.Evaluation.RouteLlm;

/// <summary>A public table of who answered what rightly, as the RouteLLM repository keeps them; the user brings the files.</summary>
/// <param name="Name"><c>mmlu</c> or <c>gsm8k</c>.</param>
/// <param name="Models">Names of the two models, in the order of the columns.</param>
/// <param name="Prompts">The prompts.</param>
public sealed record ResponseTable(string Name, IReadOnlyList<string> Models, IReadOnlyList<PairPrompt> Prompts)
{
    // The repository's root, its package, or its folder of evaluations.
    private static readonly string[] s_roots = ["routellm/evals", "evals", "."];

    /// <summary>The tables that a folder has.</summary>
    /// <param name="folder">A checkout of RouteLLM, or its <c>routellm/evals</c>.</param>
    /// <exception cref="InvalidDataException">It has none, or one that is not such a table.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<ResponseTable> ReadAll(string folder)
    {
        List<ResponseTable> tables = [];
        if (s_roots.Select(root => Path.Combine(folder, root, "mmlu", "responses")).FirstOrDefault(Directory.Exists) is { } mmlu)
        {
            tables.Add(Read("mmlu", [.. Directory.EnumerateFiles(mmlu, "*.csv").Order(StringComparer.Ordinal)]));
        }

        if (s_roots.Select(root => Path.Combine(folder, root, "gsm8k", "gsm8k_responses.csv")).FirstOrDefault(File.Exists) is { } gsm8k)
        {
            tables.Add(Read("gsm8k", [gsm8k]));
        }

        return tables.Count > 0 ? tables : throw new InvalidDataException(
            $"{folder} has neither mmlu/responses/*.csv nor gsm8k/gsm8k_responses.csv; give a checkout of RouteLLM.");
    }

    private static ResponseTable Read(string name, IReadOnlyList<string> files)
    {
        IReadOnlyList<string>? models = null;
        List<PairPrompt> prompts = [];
        foreach (string file in files)
        {
            IReadOnlyList<string>[] rows;
            try
            {
                rows = [.. CsvReader.Read(File.ReadAllText(file))];
            }
            catch (InvalidDataException e)
            {
                throw new InvalidDataException($"{file}: {e.Message}", e);
            }

            if (rows.Length < 2 || rows[0].Count < 3 || rows[0][0] != "prompt")
            {
                throw new InvalidDataException($"{file} has no header 'prompt,MODEL,MODEL' with prompts below it.");
            }

            models ??= [rows[0][1], rows[0][2]];
            int first = Column(file, rows[0], models[0]), second = Column(file, rows[0], models[1]);
            string subject = Path.GetFileNameWithoutExtension(file);
            foreach (IReadOnlyList<string> row in rows.Skip(1))
            {
                prompts.Add(new PairPrompt(subject, row[0], Right(file, row, first), Right(file, row, second)));
            }
        }

        return models is null
            ? throw new InvalidDataException($"There is no file of {name}.")
            : new ResponseTable(name, models, prompts);
    }

    private static int Column(string file, IReadOnlyList<string> header, string model)
    {
        int column = header.ToList().IndexOf(model);
        return column > 0 ? column : throw new InvalidDataException($"{file} has no column '{model}'.");
    }

    private static double Right(string file, IReadOnlyList<string> row, int column) =>
        column < row.Count && bool.TryParse(row[column], out bool right)
            ? right ? 1 : 0
            : throw new InvalidDataException($"{file}: an answer is neither True nor False after the prompt '{row[0]}'.");
}
