using System.Text;

namespace Godwit.Worker.Tokenization.Bpe;

/// <summary>Byte-pair encoding of one word: characters (or their bytes, or the unknown token) to ids, merged by rank. Immutable.</summary>
internal sealed class BpeModel
{
    private readonly BpeOptions _options;
    private readonly Dictionary<string, int> _vocabulary;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly MergeTable _merges;
    private readonly MergeTable _plainMerges;
    private readonly HashSet<int> _control;
    private readonly bool _decorated;

    /// <param name="vocabulary">Token text to id, ordinal.</param>
    /// <param name="merges">Pairs of ids.</param>
    /// <param name="options">The rest of what the file says.</param>
    /// <param name="control">Ids of tokens that plain text never becomes.</param>
    public BpeModel(Dictionary<string, int> vocabulary, MergeTable merges, BpeOptions options, HashSet<int> control)
    {
        _vocabulary = vocabulary;
        _lookup = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        _merges = merges;
        _plainMerges = merges.Without(control);
        _options = options;
        _control = control;
        _decorated = options.ContinuingPrefix.Length > 0 || options.EndOfWordSuffix.Length > 0;
    }

    /// <summary>Adds the ids of a word to <paramref name="output"/>.</summary>
    /// <param name="word">Well-formed text.</param>
    /// <param name="plain">Part of it is plain: control tokens must not come of it.</param>
    /// <param name="scratch">Room to work in.</param>
    /// <param name="output">Where the ids go.</param>
    public void Tokenize(ReadOnlySpan<char> word, bool plain, BpeWord scratch, List<int> output)
    {
        if (_options.IgnoreMerges && TryFind(word, plain, out int whole))
        {
            output.Add(whole);
            return;
        }

        scratch.Clear();
        bool unknownPending = false;
        for (int i = 0; i < word.Length;)
        {
            // Well-formed text: every surrogate has its other half.
            ReadOnlySpan<char> symbol = word.Slice(i, char.IsHighSurrogate(word[i]) ? 2 : 1);
            bool first = i == 0;
            i += symbol.Length;
            if (_decorated)
            {
                symbol = Decorate(symbol, first, i == word.Length);
            }

            if (TryFind(symbol, plain, out int id))
            {
                AddPending(ref unknownPending, scratch);
                scratch.Add(id);
            }
            else if (TryAddBytes(symbol, scratch))
            {
                // An unknown token before them stays pending and comes after them, as in Hugging Face's tokenizers.
            }
            else if (_options.UnknownToken is not null)
            {
                if (!_options.FuseUnknown)
                {
                    AddPending(ref unknownPending, scratch);
                }

                unknownPending = true;
            }
        }

        AddPending(ref unknownPending, scratch);
        scratch.MergeInto(plain ? _plainMerges : _merges, output);
    }

    /// <summary>The id of a token's text.</summary>
    public bool TryFind(string token, out int id) => _vocabulary.TryGetValue(token, out id);

    private bool TryFind(ReadOnlySpan<char> token, bool plain, out int id) =>
        _lookup.TryGetValue(token, out id) && !(plain && _control.Contains(id));

    private string Decorate(ReadOnlySpan<char> character, bool first, bool last) =>
        string.Concat(first ? "" : _options.ContinuingPrefix, character, last ? _options.EndOfWordSuffix : "");

    private void AddPending(ref bool pending, BpeWord scratch)
    {
        if (pending)
        {
            scratch.Add(_options.UnknownToken!.Value);
            pending = false;
        }
    }

    private bool TryAddBytes(ReadOnlySpan<char> symbol, BpeWord scratch)
    {
        if (_options.ByteIds is not { } ids)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[64];
        if (!Encoding.UTF8.TryGetBytes(symbol, bytes, out int count))
        {
            return false;
        }

        foreach (byte value in bytes[..count])
        {
            if (ids[value] < 0)
            {
                return false;
            }
        }

        foreach (byte value in bytes[..count])
        {
            scratch.Add(ids[value]);
        }

        return true;
    }
}
