using Godwit.Worker.Engine.Transfer;
using Godwit.Worker.KvCache;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Engine;

// What a sequence needs to go on elsewhere, or to have begun there.
internal sealed partial class Sequence
{
    /// <summary>Whether it can go on elsewhere: it reports nothing but what it samples, and has reported all of that.</summary>
    public bool IsMovable =>
        Pool is null && _sampling.PromptLogprobs is null && _sampling.MaxTokens != 0 && !ScoresOutput && !_outputs.AreHeld;

    /// <summary>
    /// Takes tokens that were sampled elsewhere as if they were sampled now. On the thread that prepares the sequence, before the engine
    /// has it, or while it is on its way here.
    /// </summary>
    /// <param name="tokens">The next tokens.</param>
    /// <param name="logprobs">Their log-probabilities; null: not known here.</param>
    /// <param name="endTokens">The model's end-of-sequence ids.</param>
    /// <exception cref="InvalidDataException">This sequence cannot have sampled them.</exception>
    public void Replay(IReadOnlyList<int> tokens, IReadOnlyList<TokenLogprobs>? logprobs, IReadOnlySet<int> endTokens)
    {
        if (logprobs is null && _toScore == 0)
        {
            _outputs.ForgoLogprobs(Generated + tokens.Count);
        }

        for (int index = 0; index < tokens.Count; index++)
        {
            if (Finish is not null || Known == _tokens.MaxLength || Constraint?.TryAdvance(tokens[index]) == false)
            {
                throw new InvalidDataException($"Choice {Choice} cannot have sampled its token {Generated}.");
            }

            Accept(new SampledToken(tokens[index], logprobs?[index]), endTokens);
        }
    }

    /// <summary>
    /// Prepares for tokens sampled elsewhere: their outputs wait until prompt and tokens are scored, as far as that is wanted.
    /// </summary>
    /// <param name="tokens">How many tokens there are.</param>
    /// <param name="scored">Whether their log-probabilities are computed here, if any are wanted.</param>
    public void BeginReplay(int tokens, bool scored)
    {
        _toScore = scored && _sampling.Logprobs is not null ? tokens : 0;
        if (_toScore > 0 || _promptScores is not null)
        {
            _outputs.Hold();
        }
    }

    /// <summary>Whether it is over and everything is reported: the engine need not have it.</summary>
    public bool IsSettled => Finish is not null && !_outputs.AreHeld;

    /// <summary>Names all blocks whose tokens are known, so that the engine's thread finds it done.</summary>
    public void NameBlocks()
    {
        if (Known >= KvBlock.Tokens)
        {
            _tokens.ContentOf((Known / KvBlock.Tokens) - 1);
        }
    }

    /// <summary>Takes blocks whose content was computed elsewhere; the table has one reference to each.</summary>
    /// <param name="pool">Where they come from.</param>
    /// <param name="blocks">The next blocks.</param>
    /// <param name="computed">Tokens that all its blocks hold.</param>
    /// <param name="usePrefixCache">Whether the full ones may be found.</param>
    public void Place(BlockPool pool, IEnumerable<int> blocks, int computed, bool usePrefixCache)
    {
        Table ??= NewTable(pool);
        foreach (int block in blocks)
        {
            Table.Append(block);
        }

        Advance(computed - Computed, usePrefixCache);
    }

    /// <summary>How it stands.</summary>
    public ChoiceState State => new(
        Choice,
        _tokens.Known(_promptLength, Generated),
        _outputs.Shown,
        _outputs.LogprobsFrom,
        _outputs.Logprobs.View(0, _outputs.Logprobs.Count),
        Computed,
        Table is null ? [] : Table.Blocks[..KvBlock.Count(Computed)].ToArray(),
        Preemptions,
        Finish);
}
