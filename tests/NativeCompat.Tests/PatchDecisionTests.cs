namespace Godwit.NativeCompat.Tests;

public class PatchDecisionTests
{
    private static readonly string[] Wanted = ["GLIBCXX_3.4", "GLIBCXX_3.4.30", "GLIBCXX_3.4.32", "CXXABI_1.3"];

    [Theory]
    [InlineData("GLIBCXX_3.4 GLIBCXX_3.4.30 CXXABI_1.3", true)] // Debian 12
    [InlineData("GLIBCXX_3.4 GLIBCXX_3.4.30 GLIBCXX_3.4.31 CXXABI_1.3", true)]
    [InlineData("GLIBCXX_3.4 GLIBCXX_3.4.30 GLIBCXX_3.4.32 CXXABI_1.3", false)] // GCC 13
    [InlineData("GLIBCXX_3.4 GLIBCXX_3.4.30 GLIBCXX_3.4.32 GLIBCXX_3.4.33 CXXABI_1.3 CXXABI_1.3.15", false)] // Debian 13
    [InlineData("GLIBCXX_3.4 GLIBCXX_3.4.32 CXXABI_1.3", true)] // names decide, not an order of versions
    [InlineData("", true)]
    public void Needed_HostVersions_DecideByWhatIsMissing(string host, bool needed) =>
        Assert.Equal(needed, PatchDecision.Needed(host.Split(' ').ToHashSet(), Wanted));

    [Fact]
    public void Needed_NoHostLibrary_IsFalse() => Assert.False(PatchDecision.Needed(null, Wanted));

    [Fact]
    public void Needed_NothingWanted_IsFalse() => Assert.False(PatchDecision.Needed(new HashSet<string>(), []));
}
