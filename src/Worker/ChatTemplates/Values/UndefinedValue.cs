namespace Godwit.Worker.ChatTemplates.Values;

/// <summary>A name, field or item that is not there. Prints as nothing, is false and empty; an operation on it is an error.</summary>
/// <param name="what">The error's text, such as <c>'x' is undefined</c>.</param>
/// <param name="isClosed">Whether asking for a field of it is an error, too: it is no such thing as could have one.</param>
internal sealed class UndefinedValue(string what, bool isClosed = false) : Value
{
    /// <summary>What is missing, as a sentence.</summary>
    public string What { get; } = what;

    public override string TypeName => "Undefined";

    public override bool IsTrue => false;

    /// <summary>What a field of it is: undefined as well, as in Hugging Face's JavaScript; in Python it is always an error.</summary>
    public UndefinedValue Field() => isClosed ? throw Fault() : this;

    /// <summary>The error for using it.</summary>
    public TemplateFaultException Fault() => new(What);
}
