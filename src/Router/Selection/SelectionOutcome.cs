using Godwit.Contracts.OpenAI;
using Godwit.Contracts.Selection;

namespace Godwit.Router.Selection;

/// <summary>What comes of a selection: one of both.</summary>
/// <param name="Response">Who is chosen.</param>
/// <param name="Error">Why nobody is.</param>
internal readonly record struct SelectionOutcome(SelectResponse? Response, ApiError? Error);
