using System.Text;

namespace Godwit.Worker.Api.Answers;

/// <summary>A call in an answer that is sent whole, as it comes together.</summary>
/// <param name="name">The function.</param>
internal sealed class AnswerCall(string name)
{
    /// <summary>The function.</summary>
    public string Name { get; } = name;

    /// <summary>Its arguments, JSON as the model wrote it.</summary>
    public StringBuilder Arguments { get; } = new();
}
