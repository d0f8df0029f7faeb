using Godwit.CommandLine.Configuration;

namespace Godwit.CommandLine.Up;

/// <summary>How many workers of one model to start.</summary>
/// <param name="Model">Id of the model.</param>
/// <param name="Workers">Number of workers.</param>
internal sealed record ModelCount(string Model, int Workers)
{
    /// <summary>Which models <c>up</c> serves, and how often.</summary>
    /// <param name="library">Ids of the models of the library.</param>
    /// <param name="requested">Values of <c>--workers</c>: <c>MODEL=N</c>, or <c>MODEL</c> for one.</param>
    /// <param name="all">Whether every model of the library gets a worker (<c>--all</c>).</param>
    /// <param name="defaults">What is served when nothing was asked for: as much as the library has of the first of which it has any.</param>
    /// <exception cref="ConfigurationException">An unknown model, a count that is none, or nothing to serve at all.</exception>
    public static IReadOnlyList<ModelCount> Choose(
        IReadOnlyList<string> library,
        IReadOnlyList<string> requested,
        bool all,
        IReadOnlyList<IReadOnlyList<ModelCount>> defaults)
    {
        List<ModelCount> chosen = [.. requested.Select(text => Parse(text, library))];
        if (chosen.GroupBy(count => count.Model).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ConfigurationException($"--workers: the model '{twice.Key}' is named more than once.");
        if (all)
            chosen.AddRange(library.Where(model => !chosen.Exists(count => count.Model == model)).Select(model => new ModelCount(model, 1)));
        else if (requested.Count == 0)
            chosen.AddRange(defaults.Select(InLibrary).FirstOrDefault(counts => counts.Length > 0) ?? []);
        if (chosen.Count == 0 && requested.Count == 0)
            chosen.AddRange(library.Select(model => new ModelCount(model, 1)));
        chosen.RemoveAll(count => count.Workers == 0);
        return chosen.Count > 0 ? chosen : throw new ConfigurationException("There is no model to serve.");

        ModelCount[] InLibrary(IReadOnlyList<ModelCount> counts) => [.. counts.Where(count => library.Contains(count.Model))];
    }

    private static ModelCount Parse(string text, IReadOnlyList<string> library)
    {
        int equals = text.LastIndexOf('=');
        string model = equals < 0 ? text : text[..equals];
        int count = 1;
        if (equals >= 0 && (!int.TryParse(text.AsSpan(equals + 1), out count) || count is < 0 or > MostWorkers))
            throw new ConfigurationException($"--workers {text}: expected MODEL=N with N from 0 to {MostWorkers}.");
        if (!library.Contains(model))
        {
            throw new ConfigurationException(
                $"--workers {text}: there is no model '{model}' in the library; it has {string.Join(", ", library)}.");
        }

        return new ModelCount(model, count);
    }

    private const int MostWorkers = 64;
}
