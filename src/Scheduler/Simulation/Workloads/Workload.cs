namespace Godwit.Scheduler.Simulation.Workloads;

/// <summary>The workloads, by name.</summary>
internal sealed class Workload
{
    private Workload(string name, double rate, ILengths? prompts, ILengths? answers, string? file, double lengthScale = 1) =>
        (Name, Rate, Prompts, Answers, File, LengthScale) = (name, rate, prompts, answers, file, lengthScale);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Workload> All { get; } =
    [
        new("S-S", 32, ZipfLengths.Short, ZipfLengths.Short, null),
        new("M-M", 7.4, ZipfLengths.Medium, ZipfLengths.Medium, null),
        new("L-L", 2.6, ZipfLengths.Long, ZipfLengths.Long, null),
        new("S-L", 4.1, ZipfLengths.Short, ZipfLengths.Long, null),
        new("L-S", 10, ZipfLengths.Long, ZipfLengths.Short, null),
        new("sharegpt", 7, PercentileLengths.ShareGptPrompts, PercentileLengths.ShareGptAnswers, null),
        new("burstgpt", 7.5, PercentileLengths.BurstGptPrompts, PercentileLengths.BurstGptAnswers, null),
        new("azure-conv", 0, null, null, Path.Combine("azure-2023", "AzureLLMInferenceTrace_conv.csv")),
        new("azure-code", 0, null, null, Path.Combine("azure-2023", "AzureLLMInferenceTrace_code.csv")),
        new("mooncake", 0, null, null, Path.Combine("mooncake-fast25", "conversation_trace.jsonl"), lengthScale: 0.125),
    ];

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Requests per second for 16 instances; 0: the trace's own.</summary>
    public double Rate { get; }

    /// <summary>Lengths of its prompts; null: the trace's own.</summary>
    public ILengths? Prompts { get; }

    /// <summary>Lengths of its answers; null: the trace's own.</summary>
    public ILengths? Answers { get; }

    /// <summary>Its trace, within the folder of traces; null: it is generated.</summary>
    public string? File { get; }

    /// <summary>What lengths are multiplied by unless told otherwise.</summary>
    public double LengthScale { get; }

    /// <summary>The requests, by arrival.</summary>
    /// <exception cref="TraceFormatException">The trace is not there, or is none.</exception>
    public static List<SimulatedRequest> Make(WorkloadSettings settings)
    {
        Workload workload = All.First(workload => workload.Name == settings.Name);
        string? file = settings.TraceFile ?? (workload.File is null ? null : Path.Combine(settings.TracesFolder, workload.File));
        double scale = settings.LengthScale ?? workload.LengthScale;
        List<TraceRow> rows = file is null ? workload.Generate(settings) : Recorded(settings, file);
        SplitMix priorities = new(settings.Seed, "priorities");
        List<SimulatedRequest> requests = new(rows.Count);
        foreach (TraceRow row in rows)
        {
            // What no instance could hold is cut, the prompt first to half a context.
            int prompt = Math.Clamp((int)Math.Round(row.Prompt * scale), 1, settings.ContextLength / 2);
            int output = Math.Clamp((int)Math.Round(row.Output * scale), 1, settings.ContextLength - prompt);
            requests.Add(new SimulatedRequest(
                requests.Count, row.AtMs, prompt, output, priorities.Uniform() < settings.HighShare, row.Prefix));
        }

        return requests;
    }

    private static List<TraceRow> Recorded(WorkloadSettings settings, string file)
    {
        List<TraceRow> rows = TraceReader.Read(file, settings.Requests);
        if (settings.Rate is { } rate && rows.Count > 1 && rows[^1].AtMs > 0)
        {
            double stretch = rows.Count / rate * 1000 / rows[^1].AtMs;
            rows = [.. rows.Select(row => row with { AtMs = row.AtMs * stretch })];
        }

        return rows;
    }

    private List<TraceRow> Generate(WorkloadSettings settings)
    {
        int[] prompts = Prompts!.Draw(settings.Requests, new SplitMix(settings.Seed, "prompts"));
        int[] answers = Answers!.Draw(settings.Requests, new SplitMix(settings.Seed, "answers"));
        SplitMix arrivals = new(settings.Seed, "arrivals");
        double mean = 1000 / (settings.Rate ?? Rate * settings.Instances / 16);
        double shape = 1 / (settings.Cv * settings.Cv);
        List<TraceRow> rows = new(settings.Requests);
        double at = 0;
        for (int i = 0; i < settings.Requests; i++)
        {
            rows.Add(new TraceRow(at, prompts[i], answers[i], Prefix: null));
            at += mean * arrivals.Gamma(shape) / shape;
        }

        return rows;
    }
}
