using Godwit.Worker.Engine;
using Godwit.Worker.Sampling;
using Godwit.Worker.StructuredOutput;

namespace Godwit.Worker.Tests.Engine.Transfer;

/// <summary>Requests of every kind that may move.</summary>
/// <param name="cluster">Whose tokenizer and constraints they are made with.</param>
/// <param name="seed">Seed.</param>
internal sealed class RandomRequests(EngineCluster cluster, int seed)
{
    private const string Person =
        """
        {"type":"object","properties":{"name":{"type":"string","maxLength":12},"age":{"type":"integer","minimum":1,"maximum":99}},
        "required":["name","age"],"additionalProperties":false}
        """;

    private static readonly string[] s_openings =
    [
        "Once upon a time", "Lily and Tom", "The dog", "I",
        "One day, a big bird saw a small red ball in the park and wanted to play with it, but the ball was not his. The bird",
        "Once upon a time, there was a little girl named Lily. She loved to play outside in the park with her red ball. One day, Lily went",
    ];

    private readonly Random _random = new(seed);

    // One of the bundled models has no token for some bytes of JSON.
    private readonly CompiledConstraint _shape = cluster.HasJson
        ? cluster.Constraints.Compile(Constraint.JsonSchema(Person))
        : cluster.Constraints.Compile(Constraint.Regex("[A-Z][a-z ]{20,60}[.]"));

    private int _count;

    /// <summary>The next request.</summary>
    /// <param name="mostTokens">Most tokens to sample.</param>
    /// <param name="promptLogprobs">Whether some score their prompt.</param>
    public GenerationRequest Next(int mostTokens, bool promptLogprobs = false)
    {
        bool constrained = _random.Next(5) == 0;
        var sampling = new SamplingParams
        {
            Temperature = _random.Next(3) == 0 ? 0 : 0.4 + _random.NextDouble(),
            TopP = _random.Next(3) == 0 ? 0.9 : 1,
            TopK = _random.Next(4) == 0 ? 20 : 0,
            Seed = _random.NextInt64(),
            FrequencyPenalty = _random.Next(4) == 0 ? 0.7 : 0,
            PresencePenalty = _random.Next(6) == 0 ? -0.5 : 0,
            RepetitionPenalty = _random.Next(4) == 0 ? 1.2 : 1,
            MaxTokens = constrained ? 60 : _random.Next(mostTokens / 3, mostTokens),
            MinTokens = _random.Next(3) == 0 ? mostTokens / 6 : 0,
            IgnoreEos = !constrained && _random.Next(3) != 0,
            Stop = constrained ? [] : _random.Next(4) switch { 0 => [" happy", "park."], 1 => ["zzz", "the end"], _ => [] },
            IncludeStop = _random.Next(2) == 0,
            BadWords = _random.Next(5) == 0 ? [[30, 31], [35]] : [],
            Logprobs = _random.Next(2) == 0 ? _random.Next(0, 4) : null,
            PromptLogprobs = promptLogprobs && _random.Next(4) == 0 ? 2 : null,
        };
        IReadOnlyList<int>[] prompts =
            [.. Enumerable.Range(0, _random.Next(5) == 0 ? 2 : 1).Select(_ => cluster.Encode(s_openings[_random.Next(s_openings.Length)]))];
        return new GenerationRequest(
            $"r{_count++}",
            prompts,
            sampling,
            _random.Next(-1, 2),
            _random.Next(3) == 0 ? _random.Next(2, 5) : 1,
            _random.Next(3) == 0 ? "tenant" : "",
            constrained ? _shape : null);
    }
}
