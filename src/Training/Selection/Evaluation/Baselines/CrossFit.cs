namespace Godwit.Training.Selection.Evaluation.Baselines;

/// <summary>Baselines where no labelled prompts but the held-out ones are at hand: fitted on the other folds of these.</summary>
public static class CrossFit
{
    private const int Folds = 5;

    /// <summary>What the baselines choose for each prompt, never having seen it or any with its key.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="keys">A key per prompt; prompts with one key, such as copies of one text, share a fold.</param>
    /// <param name="isFitted">Whether a prompt may be fitted on when it is in another fold.</param>
    /// <param name="buckets">Number of hash buckets of the features.</param>
    /// <param name="seed">Seed of folds and classifier.</param>
    /// <exception cref="InvalidDataException">There are too few prompts to leave any out.</exception>
    public static BaselineChoices[] Choose(
        IReadOnlyList<BaselinePrompt> prompts, IReadOnlyList<string> keys, Func<int, bool> isFitted, int buckets, int seed)
    {
        string[] distinct = [.. keys.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        new Random(seed).Shuffle(distinct);
        Dictionary<string, int> foldOf = distinct.Index().ToDictionary(key => key.Item, key => key.Index % Folds, StringComparer.Ordinal);
        BaselineChoices[] choices = new BaselineChoices[prompts.Count];
        foreach (IGrouping<int, int> fold in Enumerable.Range(0, prompts.Count).GroupBy(i => foldOf[keys[i]]))
        {
            BaselinePrompt[] rest =
                [.. Enumerable.Range(0, prompts.Count).Where(i => isFitted(i) && foldOf[keys[i]] != fold.Key).Select(i => prompts[i])];
            if (rest.Length == 0)
            {
                throw new InvalidDataException("There are too few held-out prompts to fit baselines on some and try them on others.");
            }

            BaselineFit fit = new(rest, buckets, seed);
            foreach (int i in fold)
            {
                choices[i] = fit.Choose(prompts[i]);
            }
        }

        return choices;
    }
}
