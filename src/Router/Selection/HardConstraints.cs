using Godwit.Contracts.Selection;
using Godwit.Router.Library;

namespace Godwit.Router.Selection;

/// <summary>What no weight makes up for: who breaks one of these is not compared at all.</summary>
internal static class HardConstraints
{
    /// <summary>Per expert why it may not be chosen, one of <see cref="ExclusionReasons"/>; null: it may.</summary>
    public static string?[] Check(SelectRequest request, IReadOnlyList<Candidate> candidates)
    {
        string?[] excluded = new string?[candidates.Count];
        int longest = 0;
        bool any = false;
        for (int i = 0; i < excluded.Length; i++)
        {
            ExpertFacts facts = candidates[i].Facts;
            excluded[i] = Check(request, facts);
            any |= excluded[i] is null;
            if (excluded[i] == ExclusionReasons.ContextLength)
            {
                longest = Math.Max(longest, facts.ContextLength);
            }
        }

        // The number of tokens is an estimate: when nobody could take so many, the worker with the longest context counts them.
        for (int i = 0; i < excluded.Length && !any; i++)
        {
            if (excluded[i] == ExclusionReasons.ContextLength && candidates[i].Facts.ContextLength == longest)
            {
                excluded[i] = null;
            }
        }

        return excluded;
    }

    private static string? Check(SelectRequest request, ExpertFacts facts) =>
        facts.Instances == 0 ? ExclusionReasons.NoInstance
        : request.Models is { } models && !models.Contains(facts.Id) ? ExclusionReasons.NotAllowed
        : request.Needs is { } needs && facts.Capabilities is { } has && !needs.All(has.Contains) ? ExclusionReasons.Capability
        : facts.Security > request.MaxSecurityClass ? ExclusionReasons.SecurityClass
        : request.Residency is { } residency && facts.Residency is { } where && where != residency ? ExclusionReasons.Residency
        : request.PromptTokens > 0 && (long)request.PromptTokens + Math.Max(1, request.MaxTokens) > facts.ContextLength
            ? ExclusionReasons.ContextLength
        : null;
}
