using CsCheck;
using Godwit.Router.Features;

namespace Godwit.Router.Tests.Features;

public sealed class PromptFeaturesTests
{
    private static readonly FeatureSpec s_spec = FeatureSpec.Default;

    [Theory]
    [InlineData("Hello, world! It is 5 o'clock.", "hello ,   world !\nIt is 5 o'clock .")]
    [InlineData("SELECT name FROM users WHERE id = 3;", "select name\tfrom users where id=3 ;")]
    [InlineData("ÄRGER im Büro", "ärger im büro")]
    public void Case_and_spacing_change_the_surface_alone(string one, string other)
    {
        Assert.Equal(Content(one), Content(other));
        Assert.NotEqual(Row(one), Row(other));
    }

    [Fact]
    public void A_row_is_pinned()
    {
        // Training and serving may be different builds: whoever changes this raises PromptFeatures.Version.
        (long Id, float Weight)[] row = Row("The cat sat on the mat.");
        Assert.Equal(49, row.Length);
        (long Id, float Weight)[] content = row[PromptFeatures.SurfaceFeatures..];
        Assert.Equal("7233:0.2363 31975:0.1396 24480:0.1396", string.Join(' ', content.Take(3).Select(slot => $"{slot.Id}:{slot.Weight:F4}")));
        Assert.Equal(927_241, row.Sum(slot => slot.Id));
    }

    [Fact]
    public void Weights_of_content_have_length_one()
    {
        Assert.Equal(1, Content("some text, some more text").Sum(slot => slot.Weight * slot.Weight), 1e-5);
        Assert.Equal(PromptFeatures.SurfaceFeatures, Row("").Length);
    }

    [Fact]
    public void Whatever_the_prompt_a_row_is_well_formed()
    {
        Gen.Select(Gen.String, Gen.Int[0, 8000], Gen.Int[64, 2048]).Sample((text, repeat, slots) =>
        {
            string prompt = text.Length == 0 ? new string('[', repeat) : string.Concat(Enumerable.Repeat(text, (repeat / text.Length) + 1));
            FeatureSpec spec = s_spec with { MaxSlots = slots };
            (long Id, float Weight)[] row = Row(prompt, spec);
            Assert.InRange(row.Length, PromptFeatures.SurfaceFeatures, slots);
            Assert.All(row, slot => Assert.InRange(slot.Id, 0, spec.Buckets - 1));
            Assert.All(row, slot => Assert.InRange(slot.Weight, float.Epsilon, 1));
            Assert.Equal(row.Length, row.Select(slot => slot.Id).Distinct().Count());
        }, iter: 300);
    }

    [Fact]
    public void Of_a_long_prompt_head_and_tail_are_read()
    {
        string head = new('a', PromptFeatures.HeadChars);
        string tail = new('b', PromptFeatures.TailChars);
        Assert.Equal(Content(head + new string('c', 100) + tail), Content(head + new string('d', 90_000) + tail));
        Assert.NotEqual(Content(head + tail), Content(head + new string('b', 1) + new string('e', PromptFeatures.TailChars)));
    }

    [Fact]
    public void An_overfull_row_has_words_and_grams()
    {
        string prompt = string.Join(' ', Enumerable.Range(0, 600).Select(i => $"w{i}"));
        FeatureSpec words = s_spec with { CharOrders = [], MaxSlots = 4096 };
        HashSet<long> wordIds = [.. Content(prompt, words).Select(slot => slot.Id)];
        (long Id, float Weight)[] row = Content(prompt, s_spec with { MaxSlots = 307 });
        Assert.Equal(300, row.Length);
        Assert.InRange(row.Count(slot => wordIds.Contains(slot.Id)), 100, 130);
    }

    [Fact]
    public void No_memory_is_taken()
    {
        string prompt = string.Concat(Enumerable.Repeat("The quick brown fox jumps over 12 lazy dogs; ", 60));
        long[] ids = new long[s_spec.MaxSlots];
        float[] weights = new float[s_spec.MaxSlots];
        PromptFeatures.Compute(prompt, s_spec, ids, weights);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            PromptFeatures.Compute(prompt, s_spec, ids, weights);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static (long Id, float Weight)[] Content(string text, FeatureSpec? spec = null) =>
        Row(text, spec)[PromptFeatures.SurfaceFeatures..];

    private static (long Id, float Weight)[] Row(string text, FeatureSpec? spec = null)
    {
        spec ??= s_spec;
        long[] ids = new long[spec.MaxSlots];
        float[] weights = new float[spec.MaxSlots];
        int count = PromptFeatures.Compute(text, spec, ids, weights);
        return [.. ids.Zip(weights).Take(count)];
    }
}
