using Godwit.Worker.Engine.Transfer;
using Godwit.Worker.KvCache;
using Godwit.Worker.Migration.Wire;

namespace Godwit.Worker.Migration;

/// <summary>
/// What the destination of one move has been told: which blocks were sent, under which numbers, and how far each choice was told. Blocks
/// that choices share get one number and travel once.
/// </summary>
/// <param name="acknowledged">Per choice what the Gateway has: log-probabilities below are nobody's business any more.</param>
/// <param name="isWhole">The answer is sent whole at its end, and needs all log-probabilities then.</param>
internal sealed class SentBlocks(IReadOnlyList<int> acknowledged, bool isWhole)
{
    private readonly Dictionary<int, int> _numbers = [];
    private readonly int[] _tokens = new int[acknowledged.Count];
    private readonly int[] _blocks = new int[acknowledged.Count];

    /// <summary>Blocks that have a number.</summary>
    public int Count => _numbers.Count;

    /// <summary>Blocks of the choices that were not sent, those that are partly filled included.</summary>
    public int Unsent(IReadOnlyList<ChoiceState> choices) =>
        choices.SelectMany(choice => choice.Blocks).Distinct().Count(block => !_numbers.ContainsKey(block));

    /// <summary>Gives numbers to blocks that have none, and says which: they are to be sent.</summary>
    /// <param name="choices">The choices.</param>
    /// <param name="onlyFull">Those that may still be written are left out.</param>
    public List<(int Number, int Block)> Take(IReadOnlyList<ChoiceState> choices, bool onlyFull)
    {
        var taken = new List<(int Number, int Block)>();
        foreach (ChoiceState choice in choices)
        {
            int count = onlyFull ? choice.Computed / KvBlock.Tokens : choice.Blocks.Count;
            foreach (int block in choice.Blocks.Take(count))
            {
                if (_numbers.TryAdd(block, _numbers.Count))
                {
                    taken.Add((_numbers[block], block));
                }
            }
        }

        return taken;
    }

    /// <summary>What is new of the choices, and counts as told from now on.</summary>
    /// <param name="choices">The choices.</param>
    /// <param name="onlyFull">Of blocks that may still be written nothing is told.</param>
    /// <param name="withBlocks">Blocks are told of too.</param>
    public List<ChoiceDelta> Tell(IReadOnlyList<ChoiceState> choices, bool onlyFull, bool withBlocks = true)
    {
        var deltas = new List<ChoiceDelta>();
        foreach (ChoiceState choice in choices)
        {
            int first = _tokens[choice.Choice];
            int full = choice.Computed / KvBlock.Tokens;
            int until = !withBlocks ? 0 : onlyFull ? full : choice.Blocks.Count;
            int[] blocks = [.. choice.Blocks.Take(until).Skip(_blocks[choice.Choice]).Select(block => _numbers[block])];
            int computed = onlyFull ? until * KvBlock.Tokens : choice.Computed;
            deltas.Add(new ChoiceDelta(
                choice.Choice, first, choice.Outputs[first..], ScoresOf(choice, first), withBlocks ? computed : 0, blocks));
            _tokens[choice.Choice] = choice.Outputs.Count;
            _blocks[choice.Choice] += blocks.Length;
        }

        return deltas;
    }

    private IReadOnlyList<Sampling.TokenLogprobs> ScoresOf(ChoiceState choice, int first)
    {
        int from = Math.Max(first, isWhole ? 0 : acknowledged[choice.Choice]);
        int known = Math.Clamp(from - choice.LogprobsFrom, 0, choice.Logprobs.Count);
        return choice.Logprobs.Count == 0 ? [] : choice.Logprobs[known..];
    }
}
