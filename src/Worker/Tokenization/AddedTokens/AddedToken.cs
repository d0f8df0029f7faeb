namespace Godwit.Worker.Tokenization.AddedTokens;

/// <summary>A token that is found in the text before the model runs.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">The text it stands for.</param>
/// <param name="Special">Left out of a text when special tokens are skipped.</param>
/// <param name="Normalized">Looked for in normalized text, itself normalized; otherwise in the text as given.</param>
/// <param name="SingleWord">Only where no word character touches it.</param>
/// <param name="TakesSpaceLeft">Swallows white space before it (<c>lstrip</c>).</param>
/// <param name="TakesSpaceRight">Swallows white space after it (<c>rstrip</c>).</param>
internal sealed record AddedToken(
    int Id,
    string Content,
    bool Special,
    bool Normalized,
    bool SingleWord,
    bool TakesSpaceLeft,
    bool TakesSpaceRight);
