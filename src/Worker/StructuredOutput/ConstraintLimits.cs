namespace Godwit.Worker.StructuredOutput;

/// <summary>What one constraint may cost. Counted, not timed, so that every instance refuses the same constraints.</summary>
internal static class ConstraintLimits
{
    /// <summary>UTF-8 bytes of a schema's, regex's or choice list's source.</summary>
    public const int SourceBytes = 256 * 1024;

    /// <summary>Units of compile work: about one automaton transition, set operation or schema each.</summary>
    public const long Work = 6_000_000;

    /// <summary>The same for all schemas of tagged values together: a hundred tools are no attack.</summary>
    public const long TaggedWork = 3 * Work;

    /// <summary>States of one deterministic automaton.</summary>
    public const int DfaStates = 40_000;

    /// <summary>Transitions of one deterministic automaton: states × classes of characters.</summary>
    public const int DfaTransitions = 2_000_000;

    /// <summary>Nodes of one regular expression after its repetitions are written out.</summary>
    public const int RegexNodes = 20_000;

    /// <summary>Nesting of groups in a regular expression.</summary>
    public const int RegexDepth = 64;

    /// <summary>Values (positions of a schema after merging) of one grammar.</summary>
    public const int Values = 4_000;

    /// <summary>Alternative object or array shapes at one value.</summary>
    public const int Shapes = 64;

    /// <summary>Properties named at one object.</summary>
    public const int Properties = 1_000;

    /// <summary>Largest <c>minProperties</c> beyond what is required.</summary>
    public const int FillerProperties = 64;

    /// <summary>Array prefix positions (<c>prefixItems</c>) at one array.</summary>
    public const int PrefixItems = 1_000;

    /// <summary>Containers within containers in an output.</summary>
    public const int OutputDepth = 60;

    /// <summary>Consecutive line breaks between two tokens of JSON; a carriage return counts as one too.</summary>
    public const int LineBreaks = 2;

    /// <summary>Blanks behind a line break.</summary>
    public const int Indentation = 32;

    /// <summary>Digits of a number before its point, and after it.</summary>
    public const int NumberDigits = 20;

    /// <summary>Draws of one token, should alternatives that were given up have left more in a mask than can be gone on by.</summary>
    public const int Redraws = 256;

    /// <summary>Alternatives that are followed at once; further ones are given up, which narrows the output and never widens it.</summary>
    public const int Threads = 64;
}
