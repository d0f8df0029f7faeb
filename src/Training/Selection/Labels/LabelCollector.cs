using Godwit.Training.Selection.Prompts;

namespace Godwit.Training.Selection.Labels;

/// <summary>
/// Gets every expert's loss on every prompt; what the store knows is not asked for. All experts are compared on one text: where the context
/// of one is too short for it, all of them get its beginning only.
/// </summary>
/// <param name="store">Labels that are known, and where new ones go.</param>
/// <param name="concurrency">Calls at once.</param>
internal sealed class LabelCollector(LabelStore store, int concurrency = 8)
{
    /// <summary>No text is cut shorter, bytes.</summary>
    public const int LeastBytes = 16;

    private int _asked;

    /// <summary>Collects.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="experts">Who is compared.</param>
    /// <param name="mostBytes">Longer prompts are cut to it for all.</param>
    /// <param name="progress">Hears of every prompt that is done.</param>
    /// <param name="cancel">Stops it; what is there stays in the store.</param>
    /// <returns>One per prompt, in their order.</returns>
    /// <exception cref="LabelException">A server does not answer, or refuses.</exception>
    public async Task<IReadOnlyList<LabelledPrompt>> CollectAsync(
        IReadOnlyList<Prompt> prompts,
        IReadOnlyList<ServedExpert> experts,
        int mostBytes = int.MaxValue,
        IProgress<LabelProgress>? progress = null,
        CancellationToken cancel = default)
    {
        // Who has the shortest context comes first, so that a text that must be cut has cost the others nothing.
        ServedExpert[] ordered = [.. experts.OrderBy(expert => expert.ContextLength ?? int.MaxValue)];
        LabelledPrompt[] labelled = new LabelledPrompt[prompts.Count];
        int done = 0;
        _asked = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, prompts.Count),
            new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancel },
            async (index, stop) =>
            {
                labelled[index] = await LabelAsync(prompts[index], ordered, mostBytes, stop);
                progress?.Report(new LabelProgress(Interlocked.Increment(ref done), prompts.Count, Volatile.Read(ref _asked)));
            });
        return labelled;
    }

    private async Task<LabelledPrompt> LabelAsync(Prompt prompt, ServedExpert[] experts, int mostBytes, CancellationToken cancel)
    {
        string text = PromptText.Cut(prompt.Text, mostBytes);
        while (true)
        {
            (Dictionary<string, double> losses, ServedExpert? refuser) = await TryAsync(text, experts, cancel);
            if (refuser is null)
                return new LabelledPrompt(prompt.Id, prompt.Domain, prompt.Split, prompt.Variant, text, losses);
            int bytes = PromptText.Bytes(text) * 3 / 4;
            if (bytes < LeastBytes)
                throw new LabelException($"{refuser.Id} refuses even {bytes * 4 / 3} bytes of the prompt {prompt.Id} as too long");
            text = PromptText.Cut(text, bytes);
        }
    }

    private async Task<(Dictionary<string, double> Losses, ServedExpert? Refuser)> TryAsync(
        string text, ServedExpert[] experts, CancellationToken cancel)
    {
        string digest = PromptText.Digest(text);
        Dictionary<string, double> losses = new(experts.Length, StringComparer.Ordinal);
        foreach (ServedExpert expert in experts)
        {
            if (!store.TryFind(digest, expert.Id, expert.Digest, out double? loss))
            {
                Interlocked.Increment(ref _asked);
                loss = await expert.Server.LossAsync(expert.Id, text, cancel);
                store.Add(new Label(digest, expert.Id, expert.Digest, loss));
            }

            if (loss is null)
                return (losses, expert);
            losses[expert.Id] = loss.Value;
        }

        return (losses, null);
    }
}
