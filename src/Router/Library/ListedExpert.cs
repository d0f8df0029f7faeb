using Godwit.Contracts.Selection;
using Godwit.Router.Prediction;

namespace Godwit.Router.Library;

/// <summary>An expert as <c>GET /library</c> lists it.</summary>
/// <param name="Facts">What is known of it.</param>
/// <param name="Prediction">What its loss is predicted by, one of <see cref="LossSources"/>; null: it is not.</param>
/// <param name="MeanLoss">Its mean loss over the training prompts, nats per byte.</param>
/// <param name="IsStale">Its instances have other weights than its losses were measured with: it should be labelled anew.</param>
internal sealed record ListedExpert(ExpertFacts Facts, string? Prediction, double? MeanLoss, bool IsStale)
{
    /// <summary>What a router says of an expert.</summary>
    public static ListedExpert Of(ExpertFacts facts, RouterModel? router)
    {
        int index = router?.IndexOf(facts.Id) ?? -1;
        if (index < 0)
        {
            return new ListedExpert(facts, null, null, false);
        }

        RouterExpert known = router!.Manifest.Experts[index];
        return new ListedExpert(
            facts,
            known.HasHead ? LossSources.Head : LossSources.Cluster,
            known.MeanLoss,
            known.WeightsDigest.Length > 0 && facts.WeightsDigest is { } digest && digest != known.WeightsDigest);
    }
}
