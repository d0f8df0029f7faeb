namespace Godwit.Worker.StructuredOutput.Regex;

/// <summary>What a node of an <see cref="Nfa"/> does.</summary>
internal enum NfaNodeKind
{
    Character,
    Split,
    TextStart,
    TextEnd,
    Match,
}

/// <summary>A node of an <see cref="Nfa"/>; <c>Other</c> is a split's second way.</summary>
internal readonly record struct NfaNode(NfaNodeKind Kind, int Set = -1, int Next = -1, int Other = -1);
