namespace Godwit.Worker.ChatTemplates.Syntax;

/// <summary>A part of a parsed template.</summary>
/// <param name="Position">Where it stands in the source.</param>
internal abstract record SyntaxNode(int Position)
{
    /// <summary>The parts it is made of.</summary>
    public virtual IEnumerable<SyntaxNode> Children => [];

    /// <summary>These nodes and all within them. Not recursive: a long sum is a deep tree.</summary>
    public static IEnumerable<SyntaxNode> All(IEnumerable<SyntaxNode> nodes)
    {
        var open = new Stack<SyntaxNode>(nodes);
        while (open.TryPop(out SyntaxNode? node))
        {
            yield return node;
            foreach (SyntaxNode child in node.Children)
            {
                open.Push(child);
            }
        }
    }
}
