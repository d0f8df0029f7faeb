using Godwit.CommandLine.Configuration;
using Godwit.CommandLine.Up;

namespace Godwit.CommandLine.Tests.Up;

public sealed class ModelCountTests
{
    private static readonly string[] s_library = ["stories260k", "babyllama"];

    [Fact]
    public void Choose_NothingAsked_GivesTheDefaults() =>
        Assert.Equal([new("stories260k", 2), new("babyllama", 1)], Choose());

    [Theory]
    [InlineData("general,code,sql,stories,math,stories260k", "general=2,code=1,sql=1,stories=1")]
    [InlineData("stories260k,babyllama,sql,general", "general=2,sql=1")]
    [InlineData("babyllama,other", "babyllama=1")]
    public void Choose_NothingAsked_GivesWhatTheLibraryHasOfTheFirstDefaultsItHasAnyOf(string library, string expected)
    {
        IReadOnlyList<ModelCount> chosen = ModelCount.Choose(library.Split(','), [], all: false, UpPlan.DefaultWorkers);
        Assert.Equal(expected, string.Join(',', chosen.Select(count => $"{count.Model}={count.Workers}")));
    }

    [Fact]
    public void Choose_DefaultsNotInLibrary_GivesOneOfEach() =>
        Assert.Equal([new("a", 1), new("b", 1)], ModelCount.Choose(["a", "b"], [], all: false, UpPlan.DefaultWorkers));

    [Fact]
    public void Choose_Asked_GivesJustThat() => Assert.Equal([new("babyllama", 3)], Choose("babyllama=3"));

    [Fact]
    public void Choose_WithoutNumber_GivesOne() => Assert.Equal([new("babyllama", 1)], Choose("babyllama"));

    [Fact]
    public void Choose_All_AddsOneOfEveryOther() =>
        Assert.Equal([new("babyllama", 2), new("stories260k", 1)], ModelCount.Choose(s_library, ["babyllama=2"], all: true, []));

    [Fact]
    public void Choose_AllButOne_LeavesItOut() =>
        Assert.Equal([new("stories260k", 1)], ModelCount.Choose(s_library, ["babyllama=0"], all: true, []));

    [Theory]
    [InlineData("gpt-5=1", "there is no model 'gpt-5' in the library; it has stories260k, babyllama")]
    [InlineData("babyllama=x", "expected MODEL=N")]
    [InlineData("babyllama=-1", "expected MODEL=N")]
    [InlineData("babyllama=65", "N from 0 to 64")]
    [InlineData("babyllama=0", "There is no model to serve")]
    public void Choose_Mistake_IsExplained(string asked, string expected) =>
        Assert.Contains(expected, Assert.Throws<ConfigurationException>(() => Choose(asked)).Message);

    [Fact]
    public void Choose_Twice_IsRefused() =>
        Assert.Contains("more than once", Assert.Throws<ConfigurationException>(() => Choose("babyllama=1", "babyllama=2")).Message);

    private static IReadOnlyList<ModelCount> Choose(params string[] requested) =>
        ModelCount.Choose(s_library, requested, all: false, UpPlan.DefaultWorkers);
}
