using System.Buffers;
using System.Text;

namespace Godwit.Worker.Tokenization.Decoding;

/// <summary>
/// Puts the bytes of successive tokens together to text: whole characters at once, the bytes of an unfinished one held (three at
/// most). Both the whole decode and the incremental one run through here, so that they cannot differ.
/// </summary>
/// <param name="tokenizer">The tokens.</param>
/// <param name="skipSpecialTokens">Leave out control tokens.</param>
/// <param name="shown">Control tokens that are not left out all the same; null = none.</param>
internal sealed class TextAssembler(Tokenizer tokenizer, bool skipSpecialTokens, IReadOnlySet<int>? shown = null)
{
    private readonly DecoderRules _rules = tokenizer.Decoder.Rules;
    private readonly byte[] _pending = new byte[4];
    private int _pendingCount;
    private int _stripLeft = tokenizer.Decoder.Rules.StripCount;
    private bool _begun;

    /// <summary>
    /// Neither at the start, where something may be dropped, nor within a character: here a token that is shown and ends no character in
    /// its midst always adds the same text.
    /// </summary>
    public bool IsAmidText => _begun && _stripLeft == 0 && _pendingCount == 0;

    /// <summary>True while part of a character is held.</summary>
    public bool HasPending => _pendingCount > 0;

    /// <summary>Whether a token has any part in the text.</summary>
    public bool IsShown(int id) =>
        tokenizer.Contains(id) && !(skipSpecialTokens && tokenizer.IsSpecial(id) && shown?.Contains(id) != true);

    /// <summary>Adds the text that a token completes.</summary>
    public void Append(int id, StringBuilder text)
    {
        if (!IsShown(id))
        {
            return;
        }

        ReadOnlySpan<byte> bytes = tokenizer.Decoder.BytesOf(id);
        if (!_begun && _rules.DroppedFromFirstToken is { } dropped)
        {
            bytes = _rules.BytesOf(tokenizer.IdToToken(id).Replace(dropped.ToString(), "", StringComparison.Ordinal));
        }
        else if (_begun && _rules.JoinWithSpace)
        {
            AppendBytes(" "u8, text);
        }

        _begun = true;
        AppendBytes(StripStart(bytes), text);
    }

    /// <summary>Ends the text: what is held becomes U+FFFD.</summary>
    public void Flush(StringBuilder text)
    {
        if (_pendingCount > 0)
        {
            AppendInvalid(_pendingCount, text);
            _pendingCount = 0;
        }
    }

    /// <summary>
    /// Takes in tokens whose text is not wanted. Only the first ones (what is stripped from a text's start) and the last ones (half a
    /// character) leave a trace, so that the length does not matter.
    /// </summary>
    public void SkipOver(IReadOnlyList<int> ids)
    {
        var unused = new StringBuilder();
        int head = 0;
        while (head < ids.Count && (!_begun || _stripLeft > 0))
        {
            Append(ids[head++], unused);
        }

        int tail = ids.Count;
        for (int bytes = 0; tail > head && bytes < _pending.Length; tail--)
        {
            bytes += IsShown(ids[tail - 1]) ? tokenizer.Decoder.BytesOf(ids[tail - 1]).Length : 0;
        }

        for (int i = tail; i < ids.Count; i++)
        {
            Append(ids[i], unused);
        }
    }

    private ReadOnlySpan<byte> StripStart(ReadOnlySpan<byte> bytes)
    {
        while (_stripLeft > 0 && bytes.Length > 0)
        {
            if (bytes[0] != _rules.StripCharacter)
            {
                _stripLeft = 0;
                break;
            }

            bytes = bytes[1..];
            _stripLeft--;
        }

        return bytes;
    }

    private void AppendBytes(ReadOnlySpan<byte> bytes, StringBuilder text)
    {
        if (_pendingCount > 0 && bytes.Length > 0)
        {
            byte[] joined = [.. _pending.AsSpan(0, _pendingCount), .. bytes];
            _pendingCount = 0;
            bytes = joined;
        }

        Span<char> units = stackalloc char[2];
        while (bytes.Length > 0)
        {
            OperationStatus status = Rune.DecodeFromUtf8(bytes, out Rune rune, out int consumed);
            if (status == OperationStatus.NeedMoreData)
            {
                bytes.CopyTo(_pending);
                _pendingCount = bytes.Length;
                return;
            }

            if (status == OperationStatus.Done)
            {
                text.Append(units[..rune.EncodeToUtf16(units)]);
            }
            else
            {
                AppendInvalid(consumed, text);
            }

            bytes = bytes[consumed..];
        }
    }

    // Byte tokens give one U+FFFD each, byte-level text one for each broken character: as Hugging Face's decoders do.
    private void AppendInvalid(int count, StringBuilder text) => text.Append('\uFFFD', _rules.ByteFallback ? count : 1);
}
