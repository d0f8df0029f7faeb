namespace Godwit.Bench.Flover;

/// <summary>A way to serve requests that arrive while others run.</summary>
internal interface IServing : IDisposable
{
    /// <summary>What a reader of its figures must know; null for nothing.</summary>
    string? Remark => null;

    /// <summary>Answers one request; ends with its last token.</summary>
    /// <param name="request">Number of the request: its prompt follows from it.</param>
    /// <param name="promptTokens">Tokens of the prompt.</param>
    /// <param name="newTokens">Tokens of the answer.</param>
    Task AnswerAsync(int request, int promptTokens, int newTokens);
}
