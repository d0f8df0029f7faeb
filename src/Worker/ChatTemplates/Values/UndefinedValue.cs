namespace Godwit.Worker.ChatTemplates.Values;

/// <summary>A name, field or item that is not there. Prints as nothing, is false and empty; an operation on it is an error.</summary>
/// <param name="what">The error's text, such as <c>'x' is undefined</c>.</param>
internal sealed class UndefinedValue(string what) : Value
{
    /// <summary>What is missing, as a sentence.</summary>
    public string What { get; } = what;

    public override string TypeName => "Undefined";

    public override bool IsTrue => false;

    /// <summary>The error for using it.</summary>
    public TemplateFaultException Fault() => new(What);
}
