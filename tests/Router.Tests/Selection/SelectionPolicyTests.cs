using Godwit.Contracts.Selection;
using Godwit.Router.Library;
using Godwit.Router.Selection;

namespace Godwit.Router.Tests.Selection;

public sealed class SelectionPolicyTests
{
    private static readonly SelectionSettings s_settings = new() { AbstainDeviations = 0.1, AbstainOutOfDomain = true };

    private static readonly Candidate[] s_library =
    [
        Expert("general", 1.5, parameters: 4_000_000),
        Expert("sql", 1.2, parameters: 2_000_000),
        Expert("stories", 1.9, parameters: 200_000),
    ];

    [Fact]
    public void The_lowest_loss_wins_and_the_rest_follow()
    {
        SelectionDecision decision = Decide(s_library);
        Assert.Equal(("sql", SelectionReasons.LowestCost, false), (Chosen(decision, s_library), decision.Reason, decision.Abstained));
        Assert.Equal([1, 0, 2], decision.Order);
        Assert.Equal(0.3, decision.Margin, 1e-9);
    }

    [Fact]
    public void A_weight_changes_the_choice_and_the_counterfactual_said_so()
    {
        // size: general 1, sql 0.77, stories 0: 1.2 + 0.77 λ = 1.9 at λ = 0.911.
        CrossOver over = Decide(s_library).CrossOvers[0];
        Assert.Equal((0, 0.911, 2), (over.Goal, over.Weight, over.Candidate));
        Assert.Equal("sql", Chosen(Decide(s_library, size: 0.910), s_library));
        SelectionDecision changed = Decide(s_library, size: over.Weight);
        Assert.Equal("stories", Chosen(changed, s_library));
        // From there the way back is the nearest change.
        Assert.Equal((0, 0.91, 1), (changed.CrossOvers[0].Goal, changed.CrossOvers[0].Weight, changed.CrossOvers[0].Candidate));
    }

    [Theory]
    [InlineData(ExclusionReasons.NoInstance)]
    [InlineData(ExclusionReasons.NotAllowed)]
    [InlineData(ExclusionReasons.Capability)]
    [InlineData(ExclusionReasons.SecurityClass)]
    [InlineData(ExclusionReasons.Residency)]
    [InlineData(ExclusionReasons.ContextLength)]
    public void A_hard_constraint_goes_before_everything(string reason)
    {
        SelectRequest request = new("")
        {
            Models = ["general", "sql", "stories"],
            Needs = ["chat"],
            MaxSecurityClass = 1,
            Residency = "DE",
            PromptTokens = 400,
            MaxTokens = 112,
        };
        ExpertFacts sql = s_library[1].Facts;
        ExpertFacts broken = reason switch
        {
            ExclusionReasons.NoInstance => sql with { Instances = 0 },
            ExclusionReasons.Capability => sql with { Capabilities = ["tools"] },
            ExclusionReasons.SecurityClass => sql with { Security = 2 },
            ExclusionReasons.Residency => sql with { Residency = "US" },
            ExclusionReasons.ContextLength => sql with { ContextLength = 511 },
            _ => sql,
        };
        if (reason == ExclusionReasons.NotAllowed)
        {
            request = request with { Models = ["general", "stories", "nobody"] };
        }

        Candidate[] library = [s_library[0], s_library[1] with { Facts = broken }, s_library[2]];
        SelectionDecision decision = Decide(library, request);
        Assert.Equal("general", Chosen(decision, library));
        Assert.Equal([null, reason, null], decision.Excluded);
        Assert.Equal("sql", Chosen(Decide(s_library, request with { Models = null }), s_library));
    }

    [Fact]
    public void When_nobody_has_the_context_the_longest_is_asked()
    {
        Candidate[] library = [s_library[0], s_library[1] with { Facts = s_library[1].Facts with { ContextLength = 100 } }, s_library[2]];
        SelectionDecision decision = Decide(library, new SelectRequest("") { PromptTokens = 600 });
        Assert.Equal(("general", ExclusionReasons.ContextLength), (Chosen(decision, library), decision.Excluded[1]));
    }

    [Fact]
    public void Nobody_eligible_is_nobody_chosen()
    {
        Assert.Equal(-1, Decide([]).Chosen);
        Assert.Equal(-1, Decide(s_library, new SelectRequest("") { Models = [] }).Chosen);
    }

    [Fact]
    public void The_only_candidate_needs_no_prediction()
    {
        Candidate[] library = [s_library[0], s_library[1], Expert("new", null)];
        SelectionDecision only = Decide(library, new SelectRequest("") { Models = ["new"] });
        Assert.Equal(("new", SelectionReasons.OnlyCandidate), (Chosen(only, library), only.Reason));
        Assert.Equal(ExclusionReasons.NoPrediction, Decide(library).Excluded[2]);
    }

    [Fact]
    public void Without_any_prediction_the_generalist_is_asked_unless_goals_say_otherwise()
    {
        Candidate[] library = [.. s_library.Select(candidate => candidate with { Forecast = null })];
        SelectionDecision decision = Decide(library);
        Assert.Equal(("general", SelectionReasons.NoRouter), (Chosen(decision, library), decision.Reason));
        Assert.Equal("stories", Chosen(Decide(library, size: 0.5), library));
        Candidate[] busy = [library[0] with { Facts = library[0].Facts with { Load = 3 } }, .. library[1..]];
        Assert.Equal("general", Chosen(Decide(busy, weights: GoalWeights.OfPreset(PresetNames.Auto, s_settings)), busy));
    }

    [Fact]
    public void A_conversation_stays_where_it_is_unless_a_switch_pays()
    {
        SelectRequest conversation = new("") { Previous = "general", PreviousTokens = 6000 };
        SelectionDecision stays = Decide(s_library, conversation);
        Assert.Equal(("general", SelectionReasons.Sticky), (Chosen(stays, s_library), stays.Reason));
        Assert.Equal(0.32, stays.SwitchCost, 1e-9);
        Assert.Equal("sql", Chosen(Decide(s_library, conversation with { PreviousTokens = 5000 }), s_library));
        Assert.Equal("sql", Chosen(Decide(s_library, conversation with { Previous = "gone" }), s_library));
        Assert.Equal("sql", Chosen(Decide(s_library, conversation, byLossAlone: true), s_library));
        Assert.Equal(SelectionReasons.LowestCost, Decide(s_library, conversation with { Previous = "sql" }).Reason);
        Assert.Equal(0.5, Decide(s_library, conversation with { PreviousTokens = int.MaxValue }).SwitchCost);
    }

    [Fact]
    public void In_doubt_the_generalist_is_asked()
    {
        // The lead is 0.3; two deviations of 3 are one of 4.2, a tenth of which is more.
        Candidate[] unsure = [.. s_library.Select(candidate => candidate with { Forecast = candidate.Forecast!.Value with { Deviation = 3 } })];
        SelectionDecision decision = Decide(unsure);
        Assert.Equal(("general", SelectionReasons.Abstained, true), (Chosen(decision, unsure), decision.Reason, decision.Abstained));
        Assert.Equal(-0.3, decision.Margin, 1e-9);
        Assert.Equal("sql", Chosen(Decide(unsure, byLossAlone: true), unsure));
        Assert.Equal("sql", Chosen(Decide(unsure, settings: s_settings with { AbstainDeviations = 0 }), unsure));
        Assert.Equal("sql", Chosen(Decide(unsure, settings: s_settings with { Generalist = "nobody" }), unsure));
        Assert.Equal("stories", Chosen(Decide(unsure, size: 3), unsure));
    }

    [Fact]
    public void Out_of_domain_the_generalist_is_asked_unless_goals_say_otherwise()
    {
        SelectionDecision decision = Decide(s_library, outOfDomain: true);
        Assert.Equal(("general", SelectionReasons.OutOfDomain, true), (Chosen(decision, s_library), decision.Reason, decision.Abstained));
        Assert.Equal("stories", Chosen(Decide(s_library, outOfDomain: true, size: 1), s_library));
        Assert.Equal("sql", Chosen(Decide(s_library, outOfDomain: true, settings: s_settings with { AbstainOutOfDomain = false }), s_library));
    }

    private static Candidate Expert(string id, double? loss, long parameters = 1_000_000) => new(
        new ExpertFacts(id)
        {
            Instances = 1,
            ContextLength = 512,
            Parameters = parameters,
        },
        loss is null ? null : new Forecast(loss.Value, 0.1, HasHead: true));

    private static string Chosen(SelectionDecision decision, Candidate[] library) => library[decision.Chosen].Facts.Id;

    private static SelectionDecision Decide(
        Candidate[] library,
        SelectRequest? request = null,
        double size = 0,
        GoalWeights? weights = null,
        bool byLossAlone = false,
        bool outOfDomain = false,
        SelectionSettings? settings = null) =>
        SelectionPolicy.Decide(new SelectionInputs(
            request ?? new SelectRequest(""),
            library,
            weights ?? GoalWeights.None.With(GoalWeights.IndexOf(GoalNames.Size), size),
            byLossAlone,
            outOfDomain,
            settings ?? s_settings));
}
