using System.Diagnostics;

namespace Godwit.CommandLine.Bench;

/// <summary>How fast an engine was with so many streams.</summary>
/// <param name="PrefillTokensPerSecond">Prompt tokens, over the time from the prompts' submission to the end of the step that gave the
/// last stream its first token. What other streams decoded in that time is not counted.</param>
/// <param name="DecodeTokensPerSecond">Tokens sampled after that step, over the time from it to the end of the last step. Towards the end
/// there are fewer streams in a step, if their prompts took several steps.</param>
/// <param name="StepsPerSecond">Steps of that time.</param>
/// <param name="ContextPerStep">Tokens whose keys and values one of these steps reads, all its rows together, in the mean.</param>
internal sealed record EngineSpeed(
    double PrefillTokensPerSecond, double DecodeTokensPerSecond, double StepsPerSecond, double ContextPerStep)
{
    /// <summary>Works it out of the steps of a run.</summary>
    /// <param name="start">Timestamp of the submission.</param>
    /// <param name="steps">All steps since.</param>
    public static EngineSpeed Of(long start, IReadOnlyList<LoggedStep> steps)
    {
        int prefills = 1 + Enumerable.Range(0, steps.Count).Last(i => steps[i].PromptRows > 0);
        LoggedStep last = steps[prefills - 1];
        IEnumerable<LoggedStep> decode = steps.Skip(prefills);
        double seconds = Stopwatch.GetElapsedTime(last.End, steps[^1].End).TotalSeconds;
        int count = steps.Count - prefills;
        return new EngineSpeed(
            steps.Sum(step => (double)step.PromptRows) / Stopwatch.GetElapsedTime(start, last.End).TotalSeconds,
            decode.Sum(step => (double)step.Sampled) / seconds,
            count / seconds,
            decode.Sum(step => (double)step.Context) / count);
    }
}
