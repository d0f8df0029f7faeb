using Godwit.Contracts.OpenAI;
using Godwit.Contracts.Selection;

namespace Godwit.Gateway.Selection.Asking;

/// <summary>What came of asking the Router.</summary>
internal abstract record RouterAnswer
{
    private RouterAnswer()
    {
    }

    /// <summary>It chose.</summary>
    /// <param name="Response">Its answer.</param>
    public sealed record Chosen(SelectResponse Response) : RouterAnswer;

    /// <summary>No model may answer this request, and the client is told why.</summary>
    /// <param name="Error">The Router's error.</param>
    public sealed record Refused(ApiError Error) : RouterAnswer;

    /// <summary>It did not answer.</summary>
    /// <param name="Reason"><see cref="SelectionReasons.NoRouter"/>, or one of <see cref="OwnReasons"/>.</param>
    public sealed record None(string Reason) : RouterAnswer;
}
