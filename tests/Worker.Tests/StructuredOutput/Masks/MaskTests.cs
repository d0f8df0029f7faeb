using System.Text;
using Godwit.Worker.StructuredOutput;
using Godwit.Worker.StructuredOutput.Masks;

namespace Godwit.Worker.Tests.StructuredOutput.Masks;

/// <summary>Masks against the plainest way to get them: every token tried by reading its bytes.</summary>
public sealed class MaskTests
{
    private const int Unlimited = 1 << 20;

    /// <summary>Constraints of every kind.</summary>
    public static TheoryData<string, string> Schemas => new()
    {
        { "anything", "{}" },
        { "object", """{"type":"object"}""" },
        { "closed object", """{"type":"object","properties":{"name":{"maxLength":5},"note":{"const":"né"}},"additionalProperties":false}""" },
        { "names by pattern", """{"type":"object","patternProperties":{"^a":{"type":"integer"}},"additionalProperties":{"type":"null"}}""" },
        { "few names", """{"type":"object","propertyNames":{"enum":["a","ab","b"]},"minProperties":2}""" },
        { "more names than required", """{"type":"object","required":["x"],"minProperties":4}""" },
        { "unary names", """{"type":"object","propertyNames":{"pattern":"^a*$"}}""" },
        { "strings", """{"type":"array","items":{"type":"string","minLength":3,"maxLength":9}}""" },
        { "patterns", """{"type":"array","items":{"type":"string","pattern":"^[a-zé]{1,4}( [^a-y]+)?$"}}""" },
        { "two shapes", """{"items":{"anyOf":[{"type":"object","required":["a"]},{"type":"array","maxItems":2},{"type":"number"}]}}""" },
        { "deep", """{"type":"array","items":{"$ref":"#"}}""" },
    };

    [Theory]
    [MemberData(nameof(Schemas))]
    public void A_mask_has_the_tokens_that_can_be_read(string what, string schema)
    {
        foreach (TokenTrie trie in (TokenTrie[])[Vocabularies.Bundled("stories260k"), Vocabularies.Bytes])
        {
            Walk(what, trie, trie.Compile(Constraint.JsonSchema(schema)));
        }
    }

    [Fact]
    public void So_it_is_with_other_kinds()
    {
        TokenTrie trie = Vocabularies.Bundled("stories260k");
        Walk("regex", trie, trie.Compile(Constraint.Regex("(?:[a-z ]+, ){0,3}(?:é|😀|the end)\\.")));
        Walk("choice", trie, trie.Compile(Constraint.Choice(["one", "only", "once upon a time", ""])));
        ConstraintTag[] tags = [new("<a", "{}", ">"), new("<ab", """{"type":"object"}""", "|>")];
        Walk("tags", trie, trie.Compile(Constraint.Tagged("so ", tags, " and ", ".", 2)));
    }

    [Fact]
    public void Names_are_never_written_twice()
    {
        TokenTrie trie = Vocabularies.Bundled("stories260k");
        CompiledConstraint compiled = trie.Compile(Constraint.JsonSchema("""{"type":"object"}"""));
        ConstraintState state = compiled.Start();
        Assert.True(state.TryRead("{\"once\":1,\"one\":2,\""u8));
        int on = Enumerable.Range(0, trie.VocabularySize).First(t => trie.BytesOf(t).SequenceEqual("on"u8));
        Assert.True(IsSet(state.Mask(Unlimited), on));
        Assert.True(state.TryRead("on"u8));

        int e = Enumerable.Range(0, trie.VocabularySize).First(t => trie.BytesOf(t).SequenceEqual("e"u8));
        int quote = Enumerable.Range(0, trie.VocabularySize).First(t => trie.BytesOf(t).SequenceEqual("\""u8));
        Assert.True(IsSet(state.Mask(Unlimited), e));
        Assert.True(IsSet(state.Mask(Unlimited), quote));
        Assert.True(state.TryRead("e"u8));
        Assert.False(IsSet(state.Mask(Unlimited), quote));

        // Behind it another character must come, for which a budget that suffices behind any other letter is too small.
        ConstraintState before = compiled.Start();
        Assert.True(before.TryRead("{\"once\":1,\"one\":2,\"on"u8));
        int x = Enumerable.Range(0, trie.VocabularySize).First(t => trie.BytesOf(t).SequenceEqual("x"u8));
        Assert.True(IsSet(before.Mask(state.Need + 1), e));
        Assert.False(IsSet(before.Mask(state.Need), e));
        Assert.True(IsSet(before.Mask(state.Need), x));
    }

    [Fact]
    public void A_cache_without_room_gives_the_same_masks()
    {
        TokenTrie trie = Vocabularies.Bundled("stories260k");
        var small = new ConstraintCompiler(trie, grammarBytes: 1, maskBytes: 1);
        var large = new ConstraintCompiler(trie);
        for (int seed = 0; seed < 10; seed++)
        {
            ConstraintState x = small.Compile(Constraint.JsonObject).Start();
            ConstraintState y = large.Compile(Constraint.JsonObject).Start();
            var random = new Random(seed);
            for (int left = 120; left > 0 && !x.IsComplete; left--)
            {
                Assert.True(x.Mask(left).SequenceEqual(y.Mask(left)));
                int token = Pick(x.Mask(left), random);
                Assert.True(x.TryAdvance(token) && y.TryAdvance(token));
            }
        }

        Assert.True(small.Masks.Bytes < large.Masks.Bytes);
        Assert.True(small.Masks.Counts.Misses > large.Masks.Counts.Misses);
        Assert.Equal(0, small.CachedBytes);
    }

    [Fact]
    public void Grammars_that_masks_hold_on_to_count()
    {
        const int Limit = 2_000_000;
        var compiler = new ConstraintCompiler(Vocabularies.Bytes, grammarBytes: 1, maskBytes: Limit);
        long grammars = 0, largest = 0;
        for (int i = 0; i < 60; i++)
        {
            string words = string.Join(',', Enumerable.Range(0, 300).Select(word => $"\"word {i} {word}\""));
            CompiledConstraint compiled = compiler.Compile(Constraint.JsonSchema($$"""{"enum":[{{words}}]}"""));
            Assert.True(IsSet(compiled.Start().Mask(Unlimited), '"'));
            grammars += compiled.EstimatedBytes;
            largest = Math.Max(largest, compiled.EstimatedBytes);
            Assert.InRange(compiler.Masks.Bytes, 1, Limit + largest);
        }

        Assert.True(grammars > 2 * Limit, $"{grammars} bytes are too few to tell");
    }

    [Theory]
    [InlineData("""{"anyOf":[{"type":"null"},SHAPES]}""", """{"type":"array","minItems":N,"items":{"$ref":"#"}}""")]
    [InlineData("""{"anyOf":[{"type":"array","items":{"anyOf":[SHAPES]}},{"type":"array","items":{"type":"object"}}]}""", """{"type":"object","maxProperties":0,"title":"N"}""")]
    public void Where_reading_forks_without_end_a_mask_is_made_all_the_same(string schema, string shape)
    {
        string[] more = ["[[", "[[[", "[[[[", "[[[[[", "[{\"", "[[{\"", "]]", "]]]"];
        var trie = TokenTrie.Build(257 + more.Length, id => id < 256 ? [(byte)id] : id == 256 ? [] : Encoding.UTF8.GetBytes(more[id - 257]), [256]);
        string shapes = string.Join(',', Enumerable.Range(0, 60).Select(i => shape.Replace("N", $"{i}", StringComparison.Ordinal)));
        CompiledConstraint compiled = new ConstraintCompiler(trie).Compile(
            Constraint.JsonSchema(schema.Replace("SHAPES", shapes, StringComparison.Ordinal)));
        for (int seed = 0; seed < 8; seed++)
        {
            var random = new Random(seed);
            ConstraintState state = compiled.Start();
            for (int left = 60; left > 0 && !state.IsComplete; left--)
            {
                int token = Pick(state.Mask(left), random);
                while (!state.TryAdvance(token))
                {
                    state.Forbid(token);
                    token = Pick(state.Mask(left), random);
                }
            }

            Assert.True(state.IsAccepting || state.IsComplete);
        }
    }

    private static void Walk(string what, TokenTrie trie, CompiledConstraint compiled)
    {
        for (int seed = 0; seed < 6; seed++)
        {
            var random = new Random(seed);
            ConstraintState state = compiled.Start();
            int budget = compiled.MinTokens + (12 * seed);
            for (int left = budget; left > 0 && !state.IsComplete; left--)
            {
                uint[] free = state.Mask(Unlimited).ToArray();
                uint[] tight = state.Mask(left).ToArray();
                for (int token = 0; token < trie.VocabularySize; token++)
                {
                    ConstraintState next = state.Clone();
                    bool readable = next.TryAdvance(token);
                    Assert.True(readable == IsSet(free, token), $"{what}, seed {seed}, {left} left, token {token}: readable is {readable}");
                    Assert.True(!IsSet(tight, token) || (readable && next.Need < left), $"{what}, seed {seed}, {left} left, token {token}");
                }

                Assert.True(state.TryAdvance(Pick(tight, random)));
            }

            Assert.True(state.IsAccepting || state.IsComplete);
        }
    }

    private static int Pick(ReadOnlySpan<uint> mask, Random random)
    {
        var allowed = new List<int>();
        for (int token = 0; token < 32 * mask.Length; token++)
        {
            if (IsSet(mask, token))
            {
                allowed.Add(token);
            }
        }

        return allowed[random.Next(allowed.Count)];
    }

    private static bool IsSet(ReadOnlySpan<uint> mask, int token) => (mask[token >> 5] >> (token & 31) & 1) != 0;
}
