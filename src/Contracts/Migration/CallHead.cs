namespace Godwit.Contracts.Migration;

/// <summary>
/// A request with what came of it so far: enough for any worker of the same model to go on with it. The head of a
/// <see cref="CallEnvelope"/>; behind it the client's body, byte for byte.
/// </summary>
/// <param name="Path">The public path that the body was sent to, for example <c>/v1/chat/completions</c>.</param>
/// <param name="Prompts">Token ids of each distinct prompt; they are used, and not the text.</param>
/// <param name="Outputs">Token ids sampled so far, per generated choice.</param>
/// <param name="From">Per choice the index of the token that the Gateway wants next: frames wholly below are not sent.</param>
/// <param name="Alone">No other request may be in its batch (it is suspected of killing its worker).</param>
public sealed record CallHead(
    string Path,
    IReadOnlyList<IReadOnlyList<int>> Prompts,
    IReadOnlyList<IReadOnlyList<int>> Outputs,
    IReadOnlyList<int> From,
    bool Alone = false);
