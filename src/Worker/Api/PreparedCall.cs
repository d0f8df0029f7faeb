using Godwit.Worker.Api.Answers;
using Godwit.Worker.Api.Requests;
using Godwit.Worker.Engine;

namespace Godwit.Worker.Api;

/// <summary>A call of a generating endpoint that the engine could begin with.</summary>
/// <param name="Completion">What was asked for.</param>
/// <param name="Formatter">Makes the answer's bytes; the call's holder disposes it.</param>
/// <param name="Request">What the engine gets.</param>
internal sealed record PreparedCall(CompletionRequest Completion, AnswerFormatter Formatter, GenerationRequest Request)
{
    /// <summary>Choices that are generated.</summary>
    public int Choices => Formatter.Prompts.Count;
}
