using System.Diagnostics;

namespace Godwit.Bench.Flover;

/// <summary>Requests at a fixed gap, whatever becomes of those before (an open loop).</summary>
/// <param name="Requests">Requests.</param>
/// <param name="Gap">Time between two arrivals.</param>
/// <param name="PromptTokens">Tokens of each prompt.</param>
/// <param name="NewTokens">Tokens of each answer.</param>
internal sealed record FloverLoad(int Requests, TimeSpan Gap, int PromptTokens, int NewTokens)
{
    /// <summary>Sends the requests and waits for all answers.</summary>
    public async Task<FloverResult> RunAsync(IServing serving, int requests, int newTokens)
    {
        long start = Stopwatch.GetTimestamp();
        double[] latencies = await Task.WhenAll(Enumerable.Range(0, requests).Select(async i =>
        {
            await Task.Delay(i * Gap);
            long arrived = Stopwatch.GetTimestamp();
            await serving.AnswerAsync(i, PromptTokens, newTokens);
            return Stopwatch.GetElapsedTime(arrived).TotalSeconds;
        }));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new FloverResult(requests * newTokens / seconds, latencies.Average(), latencies.Quantile(0.99));
    }
}
