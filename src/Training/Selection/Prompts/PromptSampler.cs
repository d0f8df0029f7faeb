using Godwit.Training.Experts.Corpora;

namespace Godwit.Training.Selection.Prompts;

/// <summary>
/// Takes prompts out of the documents that no expert was trained on: of validation documents to train the router, of test documents to
/// evaluate it. Of the documents that experts were trained on there are far more: they give prompts that hint at what a domain looks like. As many of each domain, some of two domains at once, and normalised copies of some, so that neither typography nor the
/// frequency of a subject can be what the router learns.
/// </summary>
internal sealed class PromptSampler
{
    private const int SplicedOneIn = 6;
    private const int NormalisedOneIn = 4;
    private const int MixedHintOneIn = 3;
    private const int MostParts = 4;
    private const double CalibrationShare = 1.0 / 12;
    private const double ValidationShare = 1.0 / 12;

    private readonly PromptSettings _settings;
    private readonly Random _random;
    private readonly SpanCutter _whole;
    private readonly SpanCutter _half;

    private PromptSampler(PromptSettings settings)
    {
        _settings = settings;
        _random = new Random(settings.Seed);
        _whole = new SpanCutter(settings.LeastBytes, settings.MostBytes);
        _half = new SpanCutter(Math.Max(1, settings.LeastBytes / 2), settings.MostBytes / 2);
    }

    /// <summary>Takes prompts; fewer than asked for where a domain has no more.</summary>
    public static SampledPrompts Sample(IReadOnlyList<CorpusDocument> documents, PromptSettings settings)
    {
        PromptSampler sampler = new(settings);
        List<Prompt> training = sampler.Training(documents), heldOut = sampler.HeldOut(documents);
        return new SampledPrompts([.. training, .. sampler.Hints(documents)], heldOut);
    }

    private List<Prompt> Training(IReadOnlyList<CorpusDocument> documents)
    {
        Dictionary<string, SpanSource> domains = Sources(
            documents.Where(document => document is { Split: CorpusSplit.Validation, Domain: not CorpusReader.Unseen }));
        int spliced = _settings.Count / SplicedOneIn;
        List<Prompt> prompts = [];
        double from = 0;
        foreach ((string split, double share) in ((string, double)[])
        [
            (PromptSplits.Calibration, CalibrationShare),
            (PromptSplits.Validation, ValidationShare),
            (PromptSplits.Train, 1 - CalibrationShare - ValidationShare),
        ])
        {
            Dictionary<string, SpanSource> part = Sources(domains.Values.SelectMany(domain => Part(domain.Documents, from, from + share)));
            prompts.AddRange(Take(part, split, (int)Math.Round((_settings.Count - spliced) * share)));
            prompts.AddRange(Splice(part, split, (int)Math.Round(spliced * share)));
            from += share;
        }

        return prompts;
    }

    private List<Prompt> Hints(IReadOnlyList<CorpusDocument> documents)
    {
        Dictionary<string, SpanSource> domains = Sources(documents.Where(document => document.Split == CorpusSplit.Train));
        int mixed = _settings.Hints / MixedHintOneIn;
        return [.. Take(domains, PromptSplits.Hint, _settings.Hints - mixed), .. Mix(domains, mixed)];
    }

    private List<Prompt> HeldOut(IReadOnlyList<CorpusDocument> documents)
    {
        Dictionary<string, SpanSource> tests = Sources(documents.Where(document => document.Split == CorpusSplit.Test));
        Dictionary<string, SpanSource> unseen = new(tests.Where(domain => domain.Key == CorpusReader.Unseen));
        tests.Remove(CorpusReader.Unseen);
        return
        [
            .. Take(tests, PromptSplits.Test, _settings.HeldOut),
            .. Splice(tests, PromptSplits.Test, _settings.HeldOutSpliced),
            .. Take(unseen, PromptSplits.Unseen, _settings.Unseen).Where(prompt => prompt.Variant == PromptVariants.Original),
        ];
    }

    private Dictionary<string, SpanSource> Sources(IEnumerable<CorpusDocument> documents) => documents
        .GroupBy(document => document.Domain)
        .OrderBy(domain => domain.Key, StringComparer.Ordinal)
        .ToDictionary(domain => domain.Key, domain => new SpanSource(domain, _random));

    // At least one document each, as long as there are enough.
    private static IEnumerable<CorpusDocument> Part(IReadOnlyList<CorpusDocument> documents, double from, double to)
    {
        int first = (int)Math.Ceiling(documents.Count * from), last = (int)Math.Ceiling((documents.Count * to) - 1e-9);
        return documents.Take(last).Skip(first);
    }

    private IEnumerable<Prompt> Take(Dictionary<string, SpanSource> domains, string split, int count)
    {
        int left = count, domainsLeft = domains.Count;
        foreach ((string domain, SpanSource source) in domains)
        {
            int share = left / domainsLeft--;
            left -= share;
            foreach ((int index, (string id, string text)) in source.Draw(_whole, _random).Take(share).Index())
            {
                Prompt prompt = new(id, domain, split, PromptVariants.Original, text);
                yield return prompt;
                if (index % NormalisedOneIn == 0 && TextNormalization.Normalize(text) is var normal && normal != text)
                    yield return prompt with { Variant = PromptVariants.Normalised, Text = normal };
            }
        }
    }

    /// <summary>
    /// Hints of two to four domains at once, pieces of any length: what they have in common is that no subject prevails, so that the
    /// generalist does best. It is all that says what a prompt of a domain that nobody knows looks like.
    /// </summary>
    private IEnumerable<Prompt> Mix(Dictionary<string, SpanSource> domains, int count)
    {
        string[] names = [.. domains.Keys];
        if (names.Length < 2)
            yield break;
        SpanCutter piece = new(Math.Max(1, _settings.LeastBytes / 3), _settings.MostBytes / 3);
        Dictionary<string, Queue<(string Id, string Text)>> spans = domains.ToDictionary(
            domain => domain.Key,
            domain => new Queue<(string, string)>(domain.Value.Draw(piece, _random).Take((count * MostParts * 2 / names.Length) + 1)));
        for (int i = 0; i < count; i++)
        {
            string[] chosen = [.. names];
            _random.Shuffle(chosen);
            string[] parts = chosen[.._random.Next(2, Math.Min(MostParts, names.Length) + 1)];
            if (parts.All(part => spans[part].Count > 0))
            {
                (string Id, string Text)[] texts = [.. parts.Select(part => spans[part].Dequeue())];
                yield return new Prompt(
                    string.Join('+', texts.Select(text => text.Id)), string.Join('+', parts), PromptSplits.Hint, PromptVariants.Spliced,
                    string.Join('\n', texts.Select(text => text.Text)));
            }
        }
    }

    private IEnumerable<Prompt> Splice(Dictionary<string, SpanSource> domains, string split, int count)
    {
        string[] names = [.. domains.Keys];
        if (names.Length < 2)
            yield break;
        Dictionary<string, Queue<(string Id, string Text)>> spans = domains.ToDictionary(
            domain => domain.Key,
            domain => new Queue<(string, string)>(domain.Value.Draw(_half, _random).Take((count * 4 / names.Length) + 1)));
        for (int i = 0; i < count; i++)
        {
            int first = _random.Next(names.Length), second = (first + 1 + _random.Next(names.Length - 1)) % names.Length;
            if (spans[names[first]].TryDequeue(out (string Id, string Text) one)
                && spans[names[second]].TryDequeue(out (string Id, string Text) two))
            {
                yield return new Prompt(
                    $"{one.Id}+{two.Id}", $"{names[first]}+{names[second]}", split, PromptVariants.Spliced, $"{one.Text}\n{two.Text}");
            }
        }
    }
}
