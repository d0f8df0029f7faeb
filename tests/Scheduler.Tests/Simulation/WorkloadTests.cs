using Godwit.Scheduler.Simulation;
using Godwit.Scheduler.Simulation.Workloads;

namespace Godwit.Scheduler.Tests.Simulation;

public sealed class WorkloadTests
{
    // The paper's table 1: mean, P50, P80, P95, P99.
    [Theory]
    [InlineData("Short", 128, 38, 113, 413, 1464)]
    [InlineData("Medium", 256, 32, 173, 1288, 4208)]
    [InlineData("Long", 512, 55, 582, 3113, 5166)]
    [InlineData("ShareGptPrompts", 306, 74, 348, 1484, 3388)]
    [InlineData("ShareGptAnswers", 500, 487, 781, 988, 1234)]
    [InlineData("BurstGptPrompts", 830, 582, 1427, 2345, 3549)]
    [InlineData("BurstGptAnswers", 271, 243, 434, 669, 964)]
    public void Lengths_are_those_of_the_paper(string name, double mean, int p50, int p80, int p95, int p99)
    {
        ILengths lengths = name switch
        {
            "Short" => ZipfLengths.Short,
            "Medium" => ZipfLengths.Medium,
            "Long" => ZipfLengths.Long,
            "ShareGptPrompts" => PercentileLengths.ShareGptPrompts,
            "ShareGptAnswers" => PercentileLengths.ShareGptAnswers,
            "BurstGptPrompts" => PercentileLengths.BurstGptPrompts,
            _ => PercentileLengths.BurstGptAnswers,
        };
        int[] drawn = lengths.Draw(200_000, new SplitMix(1, "test"));
        Array.Sort(drawn);
        Assert.InRange(drawn.Average(), mean * 0.94, mean * 1.06);
        foreach ((double share, int expected) in (ReadOnlySpan<(double, int)>)[(0.5, p50), (0.8, p80), (0.95, p95), (0.99, p99)])
        {
            Assert.InRange(drawn[(int)(share * drawn.Length)], expected * 0.8, expected * 1.2);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(0.5)]
    public void Arrivals_have_the_rate_and_the_variation_asked_for(double cv)
    {
        List<SimulatedRequest> requests = Workload.Make(new WorkloadSettings("S-S", 100_000, 1) { Rate = 50, Cv = cv });
        double[] gaps = [.. requests.Zip(requests.Skip(1), (a, b) => b.ArrivalMs - a.ArrivalMs)];
        double mean = gaps.Average(), deviation = Math.Sqrt(gaps.Average(gap => (gap - mean) * (gap - mean)));
        Assert.InRange(mean, 20 * 0.95, 20 * 1.05);
        Assert.InRange(deviation / mean, cv * 0.93, cv * 1.07);
    }

    [Fact]
    public void More_of_high_priority_change_nothing_else()
    {
        List<SimulatedRequest> none = Workload.Make(new WorkloadSettings("M-M", 2000, 7));
        List<SimulatedRequest> some = Workload.Make(new WorkloadSettings("M-M", 2000, 7) { HighShare = 0.1 });
        Assert.Equal(none.Select(r => (r.ArrivalMs, r.Prompt, r.Output)), some.Select(r => (r.ArrivalMs, r.Prompt, r.Output)));
        Assert.InRange(some.Count(request => request.IsHigh), 150, 250);
    }

    [Theory]
    [InlineData("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:47.5,10,2\n2023-11-16 18:15:46.0,374,44\n")]
    [InlineData("Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,374,44,418,x\n6.5,GPT-4,10,2,12,x\n7,GPT-4,0,0,0,x\n")]
    [InlineData("{\"timestamp\": 3000, \"input_length\": 374, \"output_length\": 44, \"hash_ids\": [1, 2]}\n{\"timestamp\": 4500, \"input_length\": 10, \"output_length\": 2, \"hash_ids\": [1]}\n")]
    public void Traces_are_read_in_every_format(string text)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, text);
            List<SimulatedRequest> requests = Workload.Make(
                new WorkloadSettings("mooncake", 10, 1) { TraceFile = file, LengthScale = 1, ContextLength = 400 });
            Assert.Equal([(0.0, 200, 44), (1500.0, 10, 2)], requests.Select(r => (Math.Round(r.ArrivalMs, 3), r.Prompt, r.Output)));
            Assert.Equal(text.StartsWith('{') ? [1, 2] : null, requests[0].Prefix);
            Assert.Equal(2, Workload.Make(new WorkloadSettings("azure-conv", 10, 1) { TraceFile = file, Rate = 4 }).Count);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_trace_that_is_missing_or_none_is_named()
    {
        TraceFormatException missing = Assert.Throws<TraceFormatException>(
            () => Workload.Make(new WorkloadSettings("azure-code", 10, 1) { TracesFolder = "/nowhere" }));
        Assert.Contains("/nowhere/azure-2023/AzureLLMInferenceTrace_code.csv", missing.Message, StringComparison.Ordinal);
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "a,b\n1,2\n");
            Assert.Contains("is no trace", Assert.Throws<TraceFormatException>(() => TraceReader.Read(file, 1)).Message, StringComparison.Ordinal);
            File.WriteAllText(file, "TIMESTAMP,ContextTokens,GeneratedTokens\nyesterday,1,2\n");
            Assert.Contains("line 2", Assert.Throws<TraceFormatException>(() => TraceReader.Read(file, 1)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
