using System.Text;
using Godwit.Worker.Tokenization.Decoding;

namespace Godwit.Worker.Tokenization;

/// <summary>
/// Text of a generation, token by token, as what follows its prompt: the space before the first word stays. Never emits half a
/// character; all texts and the last flush together equal the whole decode. Constant work and memory per token. Not thread-safe.
/// </summary>
internal sealed class IncrementalDetokenizer
{
    private readonly StringBuilder _text = new();
    private readonly TokenDecoder _decoder;
    private readonly TextAssembler _assembler;

    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="promptIds">What the text follows; may be empty. A character it leaves unfinished is emitted when it is complete.</param>
    /// <param name="skipSpecialTokens">Leave out control tokens.</param>
    /// <param name="shown">Control tokens that are not left out all the same; null = none.</param>
    public IncrementalDetokenizer(
        Tokenizer tokenizer, IReadOnlyList<int> promptIds, bool skipSpecialTokens, IReadOnlySet<int>? shown = null)
    {
        _decoder = tokenizer.Decoder;
        _assembler = new TextAssembler(tokenizer, skipSpecialTokens, shown);
        _assembler.SkipOver(promptIds);
    }

    /// <summary>True while part of a character is held.</summary>
    public bool HasPending => _assembler.HasPending;

    /// <summary>The text that this token completes; may be empty. One of whole characters amid text is made once per token id.</summary>
    public string Push(int id)
    {
        bool isCommon = _assembler.IsAmidText && _assembler.IsShown(id);
        if (isCommon && _decoder.FindText(id) is { } known)
        {
            return known;
        }

        _assembler.Append(id, _text);
        string text = Take();
        if (isCommon && !HasPending)
        {
            _decoder.KeepText(id, text);
        }

        return text;
    }

    /// <summary>The text that is left at the end: U+FFFD for an unfinished character, else nothing.</summary>
    public string Flush()
    {
        _assembler.Flush(_text);
        return Take();
    }

    private string Take()
    {
        string text = _text.ToString();
        _text.Clear();
        return text;
    }
}
