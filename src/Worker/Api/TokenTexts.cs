namespace Godwit.Worker.Api;

/// <summary>How tokens look as text, for answers that name them or are made of them.</summary>
/// <param name="BytesOf">UTF-8 of what a token adds to a text (its name if it is a control token); may hold part of a character.</param>
/// <param name="PiecesOf">
/// The text that each of these ids completes, from the start of a text on; the flag says whether control tokens are left out.
/// </param>
/// <param name="NameOf">A token as the vocabulary has it.</param>
/// <param name="Decode">The text of these ids, control tokens by their names.</param>
internal sealed record TokenTexts(
    Func<int, byte[]> BytesOf,
    Func<IReadOnlyList<int>, bool, IReadOnlyList<string>> PiecesOf,
    Func<int, string> NameOf,
    Func<IReadOnlyList<int>, string> Decode);
