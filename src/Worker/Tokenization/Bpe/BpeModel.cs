using System.Buffers;
using System.Text;

namespace Godwit.Worker.Tokenization.Bpe;

/// <summary>Byte-pair encoding of one word: characters (or their bytes, or the unknown token) to ids, merged by rank. Immutable.</summary>
internal sealed class BpeModel
{
    private readonly Dictionary<string, int> _vocabulary;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly MergeTable _merges;
    private readonly int[]? _byteIds;
    private readonly int? _unknownId;
    private readonly bool _fuseUnknown;
    private readonly bool _ignoreMerges;

    /// <param name="vocabulary">Token text to id, ordinal.</param>
    /// <param name="merges">Pairs of ids.</param>
    /// <param name="byteIds">The 256 byte tokens for characters outside the vocabulary (-1 where missing), or null.</param>
    /// <param name="unknownId">The token for characters outside the vocabulary; null leaves them out.</param>
    /// <param name="fuseUnknown">One unknown token for a run of unknown characters.</param>
    /// <param name="ignoreMerges">A word that is itself a token is that token, whatever its merges would give.</param>
    public BpeModel(
        Dictionary<string, int> vocabulary,
        MergeTable merges,
        int[]? byteIds,
        int? unknownId,
        bool fuseUnknown,
        bool ignoreMerges)
    {
        _vocabulary = vocabulary;
        _lookup = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        _merges = merges;
        _byteIds = byteIds;
        _unknownId = unknownId;
        _fuseUnknown = fuseUnknown;
        _ignoreMerges = ignoreMerges;
    }

    /// <summary>Token text to id.</summary>
    public IReadOnlyDictionary<string, int> Vocabulary => _vocabulary;

    /// <summary>Adds the ids of a word to <paramref name="output"/>.</summary>
    public void Tokenize(ReadOnlySpan<char> word, BpeWord scratch, List<int> output)
    {
        if (_ignoreMerges && _lookup.TryGetValue(word, out int whole))
        {
            output.Add(whole);
            return;
        }

        scratch.Clear();
        bool lastUnknown = false;
        for (int i = 0; i < word.Length;)
        {
            // Well-formed text: every surrogate has its other half.
            ReadOnlySpan<char> character = word.Slice(i, char.IsHighSurrogate(word[i]) ? 2 : 1);
            i += character.Length;
            if (_lookup.TryGetValue(character, out int id))
            {
                scratch.Add(id);
                lastUnknown = false;
            }
            else if (TryAddBytes(character, scratch))
            {
                lastUnknown = false;
            }
            else if (_unknownId is { } unknown && !(lastUnknown && _fuseUnknown))
            {
                scratch.Add(unknown);
                lastUnknown = true;
            }
        }

        scratch.MergeInto(_merges, output);
    }

    private bool TryAddBytes(ReadOnlySpan<char> character, BpeWord scratch)
    {
        if (_byteIds is null || Rune.DecodeFromUtf16(character, out Rune rune, out _) != OperationStatus.Done)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[4];
        bytes = bytes[..rune.EncodeToUtf8(bytes)];
        foreach (byte value in bytes)
        {
            if (_byteIds[value] < 0)
            {
                return false;
            }
        }

        foreach (byte value in bytes)
        {
            scratch.Add(_byteIds[value]);
        }

        return true;
    }
}
