using CsCheck;
using Godwit.Gateway.Dispatch;

namespace Godwit.Gateway.Tests.Dispatch;

public sealed class PrefixHashesTests
{
    [Fact]
    public void Hashes_agree_exactly_as_far_as_the_prompts_do() =>
        Gen.Select(Gen.Byte.Array[0, 3000], Gen.Int[0, 2999], Gen.Byte.Array[0, 600]).Sample((prompt, at, tail) =>
        {
            byte[] other = [.. prompt.AsSpan(0, Math.Min(at, prompt.Length)), .. tail];
            ulong[] one = PrefixHashes.Of(prompt, string.Empty);
            ulong[] two = PrefixHashes.Of(other, string.Empty);
            Assert.Equal(prompt.Length / PrefixHashes.ChunkBytes, one.Length);
            int common = prompt.AsSpan().CommonPrefixLength(other) / PrefixHashes.ChunkBytes;
            Assert.Equal(common, one.AsSpan().CommonPrefixLength(two));
            Assert.Empty(one[common..].Intersect(two[common..]));
        });

    [Fact]
    public void Long_prompts_have_64_and_tenants_none_in_common()
    {
        byte[] prompt = new byte[100_000];
        ulong[] hashes = PrefixHashes.Of(prompt, "a");
        Assert.Equal(64, hashes.Distinct().Count());
        Assert.Empty(hashes.Intersect(PrefixHashes.Of(prompt, "b")));
    }
}
