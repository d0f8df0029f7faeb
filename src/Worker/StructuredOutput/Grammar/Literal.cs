using System.Text;
using Godwit.Worker.StructuredOutput.Masks;

namespace Godwit.Worker.StructuredOutput.Grammar;

/// <summary><c>null</c>, <c>true</c> or <c>false</c>.</summary>
internal sealed class Literal
{
    /// <param name="text">Which.</param>
    /// <param name="trie">The vocabulary.</param>
    public Literal(string text, TokenTrie trie)
    {
        Bytes = Encoding.ASCII.GetBytes(text);
        Costs = Spelling.Costs([.. Bytes.Select(b => new[] { b })], trie, new CompileBudget());
    }

    /// <summary>Its text.</summary>
    public byte[] Bytes { get; }

    /// <summary>Tokens that suffice for the rest, by bytes read.</summary>
    public int[] Costs { get; }
}
