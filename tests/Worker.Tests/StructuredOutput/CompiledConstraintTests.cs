using Godwit.Worker.StructuredOutput;

namespace Godwit.Worker.Tests.StructuredOutput;

/// <summary>Compiled constraints: kept by what they say, the least recently used let go, replayed to the same state.</summary>
public sealed class CompiledConstraintTests
{
    [Fact]
    public async Task A_constraint_is_compiled_once()
    {
        var compiler = new ConstraintCompiler(Vocabularies.Bytes);

        CompiledConstraint first = await compiler.CompileAsync(Constraint.Regex("a+"));

        Assert.Same(first, await compiler.CompileAsync(Constraint.Regex("a+")));
        Assert.NotSame(first, await compiler.CompileAsync(Constraint.Choice(["a+"])));
        Assert.True(compiler.CachedBytes > 0);
    }

    [Fact]
    public void The_least_recently_used_go_first()
    {
        CompiledConstraint compiled = Vocabularies.Bytes.Compile(Constraint.Regex("a"));
        var cache = new CompiledCache((3 * compiled.EstimatedBytes) + 100);
        foreach (string key in (string[])["a", "b", "c"])
        {
            cache.Add(key, compiled);
        }

        Assert.Same(compiled, cache.Find("a"));
        cache.Add("d", compiled);

        Assert.Null(cache.Find("b"));
        Assert.All((string[])["a", "c", "d"], key => Assert.NotNull(cache.Find(key)));
        Assert.InRange(cache.Bytes, 3 * compiled.EstimatedBytes, (3 * compiled.EstimatedBytes) + 100);
    }

    [Fact]
    public void The_first_of_two_that_were_compiled_at_once_is_kept()
    {
        CompiledConstraint x = Vocabularies.Bytes.Compile(Constraint.Regex("a"));
        CompiledConstraint y = Vocabularies.Bytes.Compile(Constraint.Regex("a"));
        var cache = new CompiledCache(1 << 20);

        Assert.Same(x, cache.Add("a", x));
        Assert.Same(x, cache.Add("a", y));
    }

    [Fact]
    public void A_replayed_state_goes_on_as_the_first_did()
    {
        CompiledConstraint compiled = Vocabularies.Bytes.Compile(Constraint.JsonSchema("""{"type":"object","minProperties":3}"""));
        int[] tokens = [.. "{\"a\":[1,{\"b\":\""u8.ToArray()];
        ConstraintState state = compiled.Start();
        Assert.All(tokens, t => Assert.True(state.TryAdvance(t)));

        ConstraintState replayed = compiled.Replay(tokens);

        Assert.Equal(state.Need, replayed.Need);
        Assert.True(state.Mask(40).SequenceEqual(replayed.Mask(40)));
        Assert.Throws<InvalidOperationException>(() => compiled.Replay([.. tokens, 10]));
    }

    [Fact]
    public void A_refused_token_changes_nothing()
    {
        ConstraintState state = Vocabularies.Bytes.Compile(Constraint.Choice(["ab", "cd"])).Start();

        Assert.False(state.TryAdvance('b'));
        Assert.False(state.TryAdvance(Vocabularies.ByteEnd));
        Assert.False(state.TryAdvance(-1));
        Assert.False(state.TryAdvance(int.MaxValue));
        Assert.Equal(2, state.Need);
        Assert.True(state.TryRead("ab"u8));
        Assert.True(state.IsComplete);
        Assert.True(state.TryAdvance(Vocabularies.ByteEnd));
        Assert.False(state.TryAdvance('a'));
    }
}
