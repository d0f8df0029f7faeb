using System.Text.Json;
using Godwit.Worker.StructuredOutput.Automaton;
using Godwit.Worker.StructuredOutput.Frames;
using Godwit.Worker.StructuredOutput.Grammar;
using Godwit.Worker.StructuredOutput.Masks;
using Godwit.Worker.StructuredOutput.Regex;
using Godwit.Worker.StructuredOutput.Schema;

namespace Godwit.Worker.StructuredOutput;

/// <summary>Makes automata of constraints for one vocabulary, off the caller's thread, and keeps those used lately. Any thread may use one.</summary>
internal sealed class ConstraintCompiler
{
    private readonly MaskCache _masks;
    private readonly CompiledCache _compiled;

    // Few at a time: a burst of hostile constraints must leave the threads to the others.
    private readonly TaskFactory _compilations = new(
        new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, Math.Max(1, Environment.ProcessorCount / 2)).ConcurrentScheduler);

    /// <param name="trie">The vocabulary.</param>
    /// <param name="grammarBytes">Bytes of automata to keep, roughly.</param>
    /// <param name="maskBytes">Bytes of token masks to keep, roughly.</param>
    public ConstraintCompiler(TokenTrie trie, long grammarBytes = 64L << 20, long maskBytes = 128L << 20)
    {
        _masks = new MaskCache(trie, maskBytes);
        _compiled = new CompiledCache(grammarBytes);
    }

    /// <summary>The masks, for figures.</summary>
    public MaskCache Masks => _masks;

    /// <summary>Bytes of automata kept, roughly.</summary>
    public long CachedBytes => _compiled.Bytes;

    /// <summary>The automaton of a constraint: from the cache, or made on another thread.</summary>
    /// <exception cref="ConstraintException">It is malformed, unsupported or too complex.</exception>
    public async Task<CompiledConstraint> CompileAsync(Constraint constraint, CancellationToken cancel = default)
    {
        // Looked at first, so that a huge source is not even hashed.
        if (constraint.SourceBytes > ConstraintLimits.SourceBytes)
        {
            throw ConstraintException.TooComplex(
                $"The constraint has {constraint.SourceBytes} bytes; {ConstraintLimits.SourceBytes} is the most allowed.");
        }

        string key = constraint.Key;
        return _compiled.Find(key)
            ?? await _compilations.StartNew(() => _compiled.Find(key) ?? _compiled.Add(key, Compile(constraint)), cancel).ConfigureAwait(false);
    }

    /// <summary>Makes the automaton on this thread.</summary>
    internal CompiledConstraint Compile(Constraint constraint)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Frame start = constraint.Kind switch
        {
            ConstraintKind.JsonObject => Json("{\"type\":\"object\"}"),
            ConstraintKind.JsonSchema => Json(constraint.Source),
            ConstraintKind.Tagged => Tagged(constraint.Tags!),
            ConstraintKind.Regex => Text(budget => RegexCompiler.WholeMatch(constraint.Source, budget)),
            _ => Text(budget => DfaBuilder.OfWords(constraint.Choices, budget).Relabel(_ => 0)),
        };
        if (start.Need >= Cost.Infinite)
        {
            throw ConstraintException.TooComplex(
                "The shortest output that the constraint allows is too long, or the model's vocabulary cannot write it.");
        }

        // What was allocated bounds what is kept, and is known.
        return new CompiledConstraint(start, _masks, Math.Max(1024, GC.GetAllocatedBytesForCurrentThread() - before));
    }

    private ValueFrame Json(string schema) =>
        new(Value(schema, new KnownCosts(), new CompileBudget()), 0, 0, EndFrame.Instance);

    private TagFrame Tagged(ConstraintTags tags)
    {
        if (tags.Options.Count == 0 || tags.Most < 1)
        {
            throw ConstraintException.Invalid("The constraint allows no text at all.");
        }

        var budget = new CompileBudget(ConstraintLimits.TaggedWork);
        var known = new KnownCosts();
        var values = new ValueNode[tags.Options.Count];
        for (int i = 0; i < values.Length; i++)
        {
            try
            {
                values[i] = Value(tags.Options[i].Schema, known, budget);
            }
            catch (ConstraintException e)
            {
                throw e.Of(i);
            }
        }

        return new TagFrame(new TagGrammar(tags, values, _masks.Trie, budget), tags.Most);
    }

    private ValueNode Value(string schema, KnownCosts known, CompileBudget budget)
    {
        if (!_masks.Trie.HasAllBytes)
        {
            throw ConstraintException.Invalid("The model's vocabulary lacks bytes that JSON needs.");
        }

        using JsonDocument document = SchemaText.Parse(schema);
        return GrammarBuilder.Build(new SchemaDocument(document.RootElement, budget), _masks.Trie, known, budget);
    }

    private TextFrame Text(Func<CompileBudget, Dfa> make)
    {
        var budget = new CompileBudget();
        Dfa dfa = make(budget);
        return dfa.IsEmpty
            ? throw ConstraintException.Invalid("The constraint allows no text at all.")
            : new TextFrame(dfa, new TextCosts(dfa, json: false, _masks.Trie, _ => 0, budget), Dfa.Start, default);
    }
}
