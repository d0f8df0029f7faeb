using System.Text.Json;
using Godwit.Contracts.Library;
using Godwit.Testing;
using Godwit.Training.Experts.Corpora;
using Godwit.Training.Selection.Labels;
using Godwit.Training.Selection.Prompts;
using Godwit.Training.Tests.Selection;
using Godwit.Worker;
using Microsoft.AspNetCore.Builder;

namespace Godwit.Training.Tests.Experts;

/// <summary>What the cards of the bundled experts say of their losses on held-out text, computed again.</summary>
public sealed class ExpertCardTests
{
    private const int Sample = 40;

    private static readonly IReadOnlyList<LabelledPrompt> s_heldout = LabelledPromptFile.Read(BundledModel.Folder("heldout.jsonl.gz"));

    private static readonly ModelCard[] s_cards =
    [
        .. JsonSerializer.Deserialize(File.ReadAllText(BundledModel.Folder(ModelLibrary.FileName)), LibraryJson.Default.ModelLibrary)!
            .Models.Where(card => card.Losses is { Count: > 0 }),
    ];

    public static TheoryData<string> Experts => [.. s_cards.Select(card => card.Id)];

    [Fact]
    public void EveryDomain_HasItsExpert_AndThatIsTheBestThere()
    {
        Assert.Superset(new HashSet<string>([CorpusReader.General, .. CorpusReader.Domains]), s_cards.Select(card => card.Id).ToHashSet());
        Assert.All(CorpusReader.Domains, domain => Assert.Equal(domain, s_cards.MinBy(card => card.Losses![domain])!.Id));
    }

    [Fact]
    public void Cards_SayWhatTheHeldOutLabelsSay() =>
        Assert.All(s_cards, card => Assert.Equal(HeldOutLosses.ByDomain(s_heldout, card.Id), card.Losses!));

    [Theory]
    [MemberData(nameof(Experts))]
    public async Task Labels_AreReproducedByTheWorker(string expert)
    {
        LabelledPrompt[] originals = [.. s_heldout.Where(prompt => prompt.Variant == PromptVariants.Original)];
        await using WebApplication worker = WorkerProgram.Build(TestHosts.Builder(
            ("Worker:Model:Path", BundledModel.Folder(s_cards.Single(card => card.Id == expert).Folder)),
            ("Worker:Model:Threads", "1"),
            ("Worker:Listener:Port", "0"),
            ("Worker:Instance:Id", expert),
            ("Worker:Engine:KvBlocks", "200")));
        await worker.StartAsync();
        using ExpertServer server = new(worker.AddressesOf().Single());
        for (int i = 0; i < Sample; i++)
        {
            LabelledPrompt prompt = originals[i * originals.Length / Sample];
            double loss = (await server.LossAsync(expert, prompt.Text))!.Value;
            Assert.InRange(loss, prompt.Losses[expert] * 0.99, prompt.Losses[expert] * 1.01);
        }
    }
}
