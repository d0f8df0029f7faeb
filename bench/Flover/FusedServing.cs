namespace Godwit.Bench.Flover;

/// <summary>Requests join the running batch at the next step.</summary>
internal sealed class FusedServing(ServingEngine engine) : IServing
{
    /// <inheritdoc/>
    public Task AnswerAsync(int request, int promptTokens, int newTokens) => engine.AnswerAsync(request, promptTokens, newTokens);

    /// <inheritdoc/>
    public void Dispose() => engine.Dispose();
}
