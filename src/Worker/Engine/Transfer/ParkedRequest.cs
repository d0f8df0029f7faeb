namespace Godwit.Worker.Engine.Transfer;

/// <summary>
/// A request whose sequences are out of the batch, with blocks and places kept: it ends by <see cref="EngineLoop.UnparkAsync"/>,
/// <see cref="EngineLoop.DropAsync"/>, or when its <see cref="Generation"/> is disposed.
/// </summary>
/// <param name="request">The request.</param>
/// <param name="choices">Its choices by index, those that are over included.</param>
internal sealed class ParkedRequest(EngineRequest request, IReadOnlyList<ChoiceState> choices)
{
    /// <summary>Its choices by index, those that are over included: the final state, as long as it is parked.</summary>
    public IReadOnlyList<ChoiceState> Choices { get; } = choices;

    /// <summary>The request.</summary>
    internal EngineRequest Request { get; } = request;
}
