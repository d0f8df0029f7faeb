using Godwit.ServiceDefaults.Instances;

namespace Godwit.Gateway.Selection;

/// <summary>Whom to ask when the Router does not say: the generalist, then whoever has the most instances.</summary>
internal static class FallbackPolicy
{
    /// <summary>The models in the order in which they are to be asked; empty when there is none.</summary>
    /// <param name="snapshot">The instances.</param>
    /// <param name="allowed">Models that may be chosen; null: all.</param>
    /// <param name="tokens">Tokens of prompt and answer that must fit, as far as known; where they fit nowhere, that is no reason.</param>
    /// <param name="generalist">The model to prefer.</param>
    public static IReadOnlyList<string> Order(RegistrySnapshot snapshot, IReadOnlyList<string>? allowed, long tokens, string generalist) =>
    [
        .. snapshot.Models.Values
            .Where(model => allowed is null || allowed.Contains(model.Id))
            .OrderByDescending(model => Ready(snapshot, model.Id) > 0)
            .ThenByDescending(model => model.ContextLength >= tokens)
            .ThenByDescending(model => model.Id == generalist)
            .ThenByDescending(model => Ready(snapshot, model.Id))
            .ThenBy(model => model.Id, StringComparer.Ordinal)
            .Select(model => model.Id),
    ];

    private static int Ready(RegistrySnapshot snapshot, string model) => snapshot.OfModel(model).Count(instance => instance.IsReady);
}
