namespace Godwit.Bench.Flover;

/// <summary>What a way of serving came to.</summary>
/// <param name="TokensPerSecond">New tokens of all requests, over the time from the first arrival to the last token.</param>
/// <param name="MeanLatency">Mean of the requests' latencies in seconds.</param>
/// <param name="P99Latency">Their 99th percentile; of fewer than 100 requests the longest.</param>
internal sealed record FloverResult(double TokensPerSecond, double MeanLatency, double P99Latency);
