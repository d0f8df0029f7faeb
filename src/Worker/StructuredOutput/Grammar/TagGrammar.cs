using System.Text;
using Godwit.Worker.StructuredOutput.Masks;

namespace Godwit.Worker.StructuredOutput.Grammar;

/// <summary>JSON values between given texts: what may come before the first, between two and behind the last.</summary>
internal sealed class TagGrammar
{
    private const string NumberCharacters = "0123456789+-.eE";

    /// <param name="tags">The texts.</param>
    /// <param name="values">Each tag's value, its costs known.</param>
    /// <param name="trie">The vocabulary.</param>
    /// <param name="budget">Counts the work.</param>
    public TagGrammar(ConstraintTags tags, ValueNode[] values, TokenTrie trie, CompileBudget budget)
    {
        Values = values;
        Last = new WordTree([(Bytes(tags.Suffix), 0)], trie, budget);
        int suffix = Last.Need(WordTree.Root);
        Ends = [.. tags.Options.Select(t => new WordTree([(Bytes(t.End), suffix)], trie, budget))];
        int[] costs = [.. values.Select((v, i) => Cost.Add(v.MinTokens, Ends[i].Need(WordTree.Root)))];
        First = new WordTree(tags.Options.Select((t, i) => (Bytes(tags.Prefix + t.Begin), costs[i])), trie, budget);
        Between = new WordTree(
            tags.Options.Select((t, i) => (Bytes(tags.Separator + t.Begin), costs[i])).Append((Bytes(tags.Suffix), 0)), trie, budget);
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i].Number is not null && CanBeginLikeNumber(i))
            {
                throw ConstraintException.Invalid("The value may be a number, and the text behind it may go on like one.").Of(i);
            }
        }
    }

    /// <summary>Each tag's value.</summary>
    public ValueNode[] Values { get; }

    /// <summary>The texts before the first value; their indices are the tags'.</summary>
    public WordTree First { get; }

    /// <summary>The texts behind a tag after which another may come: those before another value by the tags' indices, and the suffix.</summary>
    public WordTree Between { get; }

    /// <summary>The suffix, behind a tag after which no other may come.</summary>
    public WordTree Last { get; }

    /// <summary>Each tag's end text.</summary>
    public WordTree[] Ends { get; }

    // A number ends where the byte behind it cannot be part of it, so that such a byte would be taken for more of it.
    private bool CanBeginLikeNumber(int tag) => NumberCharacters.Any(c =>
        Ends[tag].IsLeaf(WordTree.Root)
            ? Between.Step(WordTree.Root, (byte)c) >= 0 || Between.WordsAt(WordTree.Root).Any(w => w < Values.Length)
            : Ends[tag].Step(WordTree.Root, (byte)c) >= 0);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
