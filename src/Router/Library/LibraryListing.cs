using System.Text.Json.Serialization;
using Godwit.Router.Prediction;

namespace Godwit.Router.Library;

/// <summary>Answer of <c>GET /library</c>.</summary>
/// <param name="Router">The router file in force; null: there is none.</param>
/// <param name="Experts">The experts, those with a card and those with an instance, by id.</param>
internal sealed record LibraryListing(ListedRouter? Router, IReadOnlyList<ListedExpert> Experts)
{
    /// <summary>What there is to list.</summary>
    public static LibraryListing Of(RouterModel? router, IReadOnlyList<ExpertFacts> experts) => new(
        router is null ? null : new ListedRouter(
            router.Digest, router.Manifest.Trained, router.Manifest.TrainingData, [.. router.Manifest.Experts.Select(expert => expert.Id)]),
        [.. experts.Select(expert => ListedExpert.Of(expert, router))]);
}

/// <summary>A router file.</summary>
/// <param name="Digest">SHA-256 of the file.</param>
/// <param name="Trained">When it was trained.</param>
/// <param name="TrainingData">SHA-256 of what it was trained on.</param>
/// <param name="Experts">The experts that it knows.</param>
internal sealed record ListedRouter(string Digest, DateTimeOffset Trained, string TrainingData, IReadOnlyList<string> Experts);

/// <summary>JSON of <see cref="LibraryListing"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LibraryListing))]
internal sealed partial class ListingJson : JsonSerializerContext;
