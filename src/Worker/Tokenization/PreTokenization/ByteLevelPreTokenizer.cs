using System.Buffers;
using System.Text;
using Godwit.Worker.Tokenization.Patterns;

namespace Godwit.Worker.Tokenization.PreTokenization;

/// <summary>Writes each piece's UTF-8 bytes in <see cref="ByteLevelAlphabet"/>, split before by GPT-2's pattern where asked.</summary>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, bool split) : PreTokenizer
{
    private const string Gpt2Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private readonly SplitPreTokenizer? _splitter =
        split ? new SplitPreTokenizer(TextPattern.FromRegex(Gpt2Pattern), SplitBehavior.Isolated, invert: false) : null;

    public override void Apply(TextPiece piece, List<TextPiece> output)
    {
        if (addPrefixSpace && !piece.Text.Span.StartsWith(" "))
        {
            piece = piece with { Text = string.Concat(" ", piece.Text.Span).AsMemory() };
        }

        int first = output.Count;
        if (_splitter is null)
        {
            output.Add(piece);
        }
        else
        {
            _splitter.Apply(piece, output);
        }

        for (int i = first; i < output.Count; i++)
        {
            output[i] = output[i] with { Text = ToAlphabet(output[i].Text.Span) };
        }
    }

    private static ReadOnlyMemory<char> ToAlphabet(ReadOnlySpan<char> text)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            var mapped = new char[Encoding.UTF8.GetBytes(text, bytes)];
            for (int i = 0; i < mapped.Length; i++)
            {
                mapped[i] = ByteLevelAlphabet.ToChar(bytes[i]);
            }

            return mapped;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
