using CsCheck;
using Godwit.Worker.Tokenization.Patterns;

namespace Godwit.Worker.Tests.Tokenization.Patterns;

public sealed class CodePointSetTests
{
    private const int Room = 40;

    private static readonly Gen<CodePointSet> Sets = Gen.Select(Gen.Int[0, Room], Gen.Int[0, 5]).List[0, 8]
        .Select(ranges => CodePointSet.OfRanges(ranges.Select(range => (range.Item1, range.Item1 + range.Item2))));

    [Fact]
    public void Ranges_neither_overlap_nor_touch() => Sets.Sample(set =>
    {
        for (int i = 1; i < set.Ranges.Length; i++)
        {
            Assert.True(set.Ranges[i].First > set.Ranges[i - 1].Last + 1);
        }
    });

    [Fact]
    public void Union_intersection_and_complement_hold_what_they_should() => Gen.Select(Sets, Sets).Sample((left, right) =>
    {
        CodePointSet union = CodePointSet.Union(left, right);
        CodePointSet both = left.Intersect(right);
        CodePointSet rest = left.Complement();
        foreach (int codePoint in Enumerable.Range(0, Room + 10).Append(CodePointSet.Highest))
        {
            Assert.Equal(left.Contains(codePoint) || right.Contains(codePoint), union.Contains(codePoint));
            Assert.Equal(left.Contains(codePoint) && right.Contains(codePoint), both.Contains(codePoint));
            Assert.Equal(!left.Contains(codePoint), rest.Contains(codePoint));
        }
    });

    [Fact]
    public void The_sets_of_Unicode_hold_what_they_should()
    {
        Assert.True(UnicodeSets.Property("Lu")!.Contains(0x10400));
        Assert.True(UnicodeSets.Property("Decimal Number")!.Contains(0x1D7DB));
        Assert.False(UnicodeSets.Property("Decimal_Number")!.Contains(0x2460));
        Assert.True(UnicodeSets.WhiteSpace.Contains(0x85));
        Assert.False(UnicodeSets.WhiteSpace.Contains(0xFEFF));
        Assert.Null(UnicodeSets.Property("L&"));
        Assert.Null(UnicodeSets.Property(""));
    }
}
