using Godwit.Training.Selection.Labels;

namespace Godwit.Training.Tests.Selection.Labels;

public sealed class LabelStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LabelsAndRefusals_AreKept()
    {
        using (LabelStore store = Open())
        {
            store.Add(new Label("p", "m", "d", 1.25));
            store.Add(new Label("q", "m", "d", null));
        }

        using LabelStore again = Open();
        Assert.True(again.TryFind("p", "m", "d", out double? loss));
        Assert.Equal(1.25, loss);
        Assert.True(again.TryFind("q", "m", "d", out loss));
        Assert.Null(loss);
        Assert.False(again.TryFind("p", "m", "e", out _));
        Assert.False(again.TryFind("p", "n", "d", out _));
    }

    [Fact]
    public void ALineThatWasCutOff_CostsThatLabelOnly()
    {
        using (LabelStore store = Open())
        {
            store.Add(new Label("p", "m", "d", 1));
            store.Add(new Label("q", "m", "d", 2));
        }

        string file = _folder.File("labels.jsonl");
        File.WriteAllText(file, File.ReadAllText(file)[..^9]);
        using (LabelStore store = Open())
        {
            Assert.Equal(1, store.Count);
            store.Add(new Label("q", "m", "d", 3));
        }

        using LabelStore again = Open();
        Assert.True(again.TryFind("q", "m", "d", out double? loss));
        Assert.Equal(3, loss);
        Assert.Equal(2, again.Count);
    }

    private LabelStore Open() => LabelStore.Open(_folder.File("labels.jsonl"));
}
