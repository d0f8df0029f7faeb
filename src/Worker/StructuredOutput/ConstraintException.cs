namespace Godwit.Worker.StructuredOutput;

/// <summary>A constraint that cannot be compiled: malformed, unsupported, or more work than a request may ask for. The message is for the client.</summary>
internal sealed class ConstraintException : Exception
{
    // Names in a schema, which messages repeat, may be of any length.
    private const int LongestMessage = 400;

    private ConstraintException(string message, bool tooComplex, int? tag = null)
        : base(message.Length <= LongestMessage ? message : message[..LongestMessage] + "…") => (IsTooComplex, Tag) = (tooComplex, tag);

    /// <summary>True when a limit was reached; false when the constraint is malformed or uses what is not supported.</summary>
    public bool IsTooComplex { get; }

    /// <summary>Index of the tag of <see cref="ConstraintKind.Tagged"/> that it is about; null when it is not about one.</summary>
    public int? Tag { get; }

    /// <summary>Malformed or unsupported.</summary>
    public static ConstraintException Invalid(string message) => new(message, false);

    /// <summary>Over one of <see cref="ConstraintLimits"/>.</summary>
    public static ConstraintException TooComplex(string message) => new(message, true);

    /// <summary>The same, about a tag.</summary>
    public ConstraintException Of(int tag) => new(Message, IsTooComplex, tag);
}
