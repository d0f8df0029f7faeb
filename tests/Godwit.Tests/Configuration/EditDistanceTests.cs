using Godwit.CommandLine.Configuration;

namespace Godwit.CommandLine.Tests.Configuration;

public sealed class EditDistanceTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("port", "", 4)]
    [InlineData("", "port", 4)]
    [InlineData("port", "PORT", 0)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("Prot", "Port", 2)]
    public void Between(string a, string b, int expected) => Assert.Equal(expected, EditDistance.Between(a, b));

    [Fact]
    public void Nearest_NoCandidate_IsNull() => Assert.Null(EditDistance.Nearest("x", []));

    [Fact]
    public void Nearest_PicksTheClosest() => Assert.Equal("babyllama", EditDistance.Nearest("babylama", ["stories260k", "babyllama"]));
}
