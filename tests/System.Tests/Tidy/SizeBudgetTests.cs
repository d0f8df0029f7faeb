namespace Godwit.System.Tests.Tidy;

/// <summary>Files that a person reads in one sitting.</summary>
public sealed class SizeBudgetTests
{
    [Fact]
    public void Sources_StayWithinTheBudget()
    {
        (string Path, int Lines)[] sizes =
            [.. Repository.Files("src", "*.cs").Select(f => (f, Repository.Lines(f).Length)).OrderBy(s => s.Item2)];
        Assert.NotEmpty(sizes);
        Assert.All(sizes, s => Assert.True(s.Lines <= 400, $"{s.Path} has {s.Lines} lines; 400 are allowed"));
        (string path, int lines) = sizes[sizes.Length * 95 / 100];
        Assert.True(lines <= 250, $"the 95th percentile is {lines} lines ({path}); 250 are allowed");
        Assert.True(sizes[sizes.Length / 2].Lines <= 80, $"the median is {sizes[sizes.Length / 2].Lines} lines; 80 are allowed");
    }

    [Fact]
    public void Tests_StayWithinTheBudget() => Assert.All(
        Repository.Files("tests", "*.cs"), f => Assert.True(Repository.Lines(f).Length <= 500, $"{f} is longer than 500 lines"));

    [Fact]
    public void Sources_HaveNoUnfinishedMarks() => Assert.All(
        Repository.Files("src", "*.cs"),
        f => Assert.DoesNotMatch(@"\b(TO" + @"DO|FIX" + @"ME|HA" + @"CK|NotImplemented" + @"Exception)\b", Repository.Read(f)));

    [Fact]
    public void Folders_HaveNoCatchAllNames() => Assert.All(
        Repository.Files("src", "*.cs"), f => Assert.DoesNotMatch(@"(Utils|Utilities|Helpers?|Managers?|Common)(/|\.cs$)", f));
}
