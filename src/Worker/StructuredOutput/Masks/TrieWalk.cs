using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Godwit.Worker.StructuredOutput.Automaton;
using Godwit.Worker.StructuredOutput.Frames;
using Godwit.Worker.StructuredOutput.Grammar;

namespace Godwit.Worker.StructuredOutput.Masks;

/// <summary>
/// Walks the tokens' trie and the automaton together: a token is allowed when the automaton reads all of its bytes. Subtrees whose first
/// byte is refused cost nothing. Holds buffers; one at a time. Its loops are optimised from their first run on, which may be of a million
/// rounds.
/// </summary>
internal sealed class TrieWalk
{
    private readonly TokenTrie _trie;
    private readonly StringTokens _strings;
    private readonly List<Frame>[] _frames;
    private readonly StringCursor[] _cursors;
    private readonly (int State, PartialCharacter Partial)[] _places;

    // What the walk under way collects: allowed tokens, and in a local walk where parents matter and what is needed.
    private uint[] _bits = [];
    private uint[]? _scratch;
    private int _limit;
    private List<(int Node, OpenReason Reason)>? _open;
    private Dictionary<int, uint[]>? _byNeed;
    private int _mostNeeded;

    public TrieWalk(TokenTrie trie, StringTokens strings)
    {
        _trie = trie;
        _strings = strings;
        _cursors = new StringCursor[trie.MaxDepth + 2];
        _places = new (int, PartialCharacter)[trie.MaxDepth + 2];
        _frames = new List<Frame>[trie.MaxDepth + 2];
        for (int i = 0; i < _frames.Length; i++)
        {
            _frames[i] = [];
        }
    }

    /// <summary>The mask of a frame without its parents.</summary>
    public LocalMask Local(Frame local)
    {
        Collect(new uint[_trie.MaskWords], int.MaxValue, [], null);
        From(local);
        (int, OpenReason)[] open = [.. _open!.Where(o => o.Reason != OpenReason.After || _trie.End(o.Node) > o.Node + 1)];
        return new LocalMask(_bits, open, _mostNeeded);
    }

    /// <summary>The tokens of a local mask by what is needed behind each: a mask for every such number, with those that need less.</summary>
    public (int Need, uint[] Bits)[] ByNeed(Frame local)
    {
        Collect(new uint[_trie.MaskWords], int.MaxValue, [], []);
        From(local);
        (int Need, uint[] Bits)[] masks = [.. _byNeed!.OrderBy(m => m.Key).Select(m => (m.Key, m.Value))];
        for (int i = 1; i < masks.Length; i++)
        {
            TokenTrie.Or(masks[i - 1].Bits, masks[i].Bits);
        }

        return masks;
    }

    /// <summary>Adds the tokens that a frame allows and behind which at most <paramref name="limit"/> more are needed.</summary>
    public void Whole(Frame frame, int limit, uint[] bits)
    {
        Collect(bits, limit, null, null);
        From(frame);
    }

    /// <summary>Adds the tokens that a local mask left open, now that the parents are known.</summary>
    public void Resolve(Frame frame, LocalMask mask, int limit, uint[] bits)
    {
        Collect(bits, limit, null, null);
        foreach ((int node, OpenReason reason) in mask.Open)
        {
            int depth = _trie.Depth(node);
            switch (reason)
            {
                case OpenReason.After:
                    Begin(depth, frame.Parent!);
                    Below(node);
                    continue;
                case OpenReason.From:
                    Begin(depth - 1, frame.Parent!);
                    Read(depth, _trie.Byte(node));
                    break;
                default:
                    Begin(0, frame);
                    ReadPath(node);
                    break;
            }

            if (_frames[depth].Count > 0)
            {
                Visit(node, _frames[depth]);
                Below(node);
            }
        }
    }

    /// <summary>An empty mask, until the next call.</summary>
    public uint[] Scratch()
    {
        _scratch ??= new uint[_trie.MaskWords];
        Array.Clear(_scratch);
        return _scratch;
    }

    private void Collect(uint[] bits, int limit, List<(int, OpenReason)>? open, Dictionary<int, uint[]>? byNeed)
    {
        (_bits, _limit, _open, _byNeed, _mostNeeded) = (bits, limit, open, byNeed, 0);
    }

    private void From(Frame frame)
    {
        Begin(0, frame);
        Below(TokenTrie.Root);
    }

    private void Begin(int depth, Frame frame)
    {
        _frames[depth].Clear();
        _frames[depth].Add(frame);
    }

    // From the frames in place at a depth to those at a node.
    private void ReadPath(int node, int from = 0)
    {
        int depth = _trie.Depth(node);
        Span<byte> path = stackalloc byte[depth - from];
        for (int at = node; depth > from; at = _trie.Parent(at))
        {
            path[--depth - from] = _trie.Byte(at);
        }

        foreach (byte value in path)
        {
            Read(++depth, value);
        }
    }

    private void Read(int depth, byte value) => Frame.ReadAll(_frames[depth - 1], value, _frames[depth]);

    // Everything below a node, whose frames are in place at its depth. Calls itself through texts at most once per byte of a token.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Below(int root)
    {
        switch (_frames[_trie.Depth(root)])
        {
            case [StringFrame { Cursor: { Partial.IsNone: true } cursor } text] when root == TokenTrie.Root:
                FromStringStart(text, cursor);
                return;
            case [StringFrame text]:
                BelowInString(root, text);
                return;
            case [AutomatonFrame { IsRegular: true } text]:
                BelowInAutomaton(root, text);
                return;
        }

        int end = _trie.End(root);
        for (int node = root + 1; node < end;)
        {
            int depth = _trie.Depth(node);
            Read(depth, _trie.Byte(node));
            List<Frame> frames = _frames[depth];
            if (frames.Count > 0)
            {
                Visit(node, frames);
            }

            bool text = frames is [StringFrame or AutomatonFrame { IsRegular: true }];
            if (text)
            {
                Below(node);
            }

            node = frames.Count == 0 || text ? _trie.End(node) : node + 1;
        }
    }

    // Every token, between two characters of a string of which only the length counts.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FromStringStart(StringFrame text, StringCursor cursor)
    {
        int outside = text.Parent!.Need;
        foreach ((int node, int characters, int missing) in _strings.Inside)
        {
            int all = characters + (missing > 0 ? 1 : 0);
            if (all <= cursor.Most)
            {
                Accept(node, Cost.Add(missing + Math.Max(0, cursor.Least - all) + 1, outside));
            }
        }

        foreach ((int node, int characters) in _strings.Closing)
        {
            if (characters >= cursor.Least && characters <= cursor.Most)
            {
                Begin(_trie.Depth(node), text.Parent);
                Visit(node, _frames[_trie.Depth(node)]);
                Below(node);
            }
        }
    }

    // The same at any place within one: without a frame for each node.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BelowInString(int root, StringFrame text)
    {
        int outside = text.Parent!.Need;
        _cursors[_trie.Depth(root)] = text.Cursor;
        int end = _trie.End(root);
        for (int node = root + 1; node < end;)
        {
            int depth = _trie.Depth(node);
            StringStep step = _cursors[depth - 1].Read(_trie.Byte(node), out _cursors[depth]);
            if (step == StringStep.Inside && _trie.IsToken(node))
            {
                Accept(node, Cost.Add(_cursors[depth].Need, outside));
            }
            else if (step == StringStep.Closed)
            {
                Begin(depth, text.Parent);
                Visit(node, _frames[depth]);
                Below(node);
            }

            node = step == StringStep.Inside ? node + 1 : _trie.End(node);
        }
    }

    // The same within a text that an automaton reads. What is needed at each of its states is worked out once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BelowInAutomaton(int root, AutomatonFrame text)
    {
        int outside = text.Parent!.Need;
        int first = _trie.Depth(root);
        _places[first] = (text.State, text.Partial);
        int[] needs = ArrayPool<int>.Shared.Rent(text.Automaton.StateCount);
        Array.Fill(needs, -1, 0, text.Automaton.StateCount);
        int end = _trie.End(root);
        for (int node = root + 1; node < end;)
        {
            int depth = _trie.Depth(node);
            (int state, PartialCharacter partial) = _places[depth - 1];
            int need = Cost.Infinite;
            bool inside = false;
            switch (partial.Take(_trie.Byte(node), text.IsJson, out PartialCharacter next, out int codePoint))
            {
                case CharacterEvent.Complete when text.Automaton.Step(state, codePoint) is var target and >= 0:
                    need = needs[target] >= 0 ? needs[target] : needs[target] = Cost.Add(text.NeedAt(target, default), outside);
                    inside = need < Cost.Infinite;
                    _places[depth] = (target, default);
                    break;
                case CharacterEvent.Pending when CanGoOn(text.Automaton, state, next):
                    inside = true;
                    need = _trie.IsToken(node) ? Cost.Add(text.NeedAt(state, next), outside) : need;
                    _places[depth] = (state, next);
                    break;
                case CharacterEvent.Quote when text.Automaton.Accepts(state):
                    Begin(first, text);
                    ReadPath(node, first);
                    if (_frames[depth].Count > 0)
                    {
                        Visit(node, _frames[depth]);
                        Below(node);
                    }

                    break;
            }

            if (need < Cost.Infinite && _trie.IsToken(node))
            {
                Accept(node, need);
            }

            node = inside ? node + 1 : _trie.End(node);
        }

        ArrayPool<int>.Shared.Return(needs);
    }

    private static bool CanGoOn(Dfa automaton, int state, PartialCharacter partial)
    {
        (int low, int high, int low2, int high2) = partial.Range();
        return (low <= high && automaton.CanStep(state, low, high)) || (low2 <= high2 && automaton.CanStep(state, low2, high2));
    }

    private void Visit(int node, List<Frame> frames)
    {
        int need = int.MaxValue;
        bool wanted = _trie.IsToken(node);
        for (int i = frames.Count - 1; i >= 0; i--)
        {
            if (frames[i] is not OuterFrame outer)
            {
                need = wanted ? Math.Min(need, frames[i].Need) : need;
                continue;
            }

            bool reached = ReferenceEquals(outer, OuterFrame.Reached);
            need = reached ? 0 : need;
            OpenReason reason = reached ? OpenReason.After
                : ReferenceEquals(outer, OuterFrame.Unread) ? OpenReason.From
                : OpenReason.Restart;
            _open!.Add((node, reason));
            frames.RemoveAt(i);
        }

        if (wanted && need < int.MaxValue)
        {
            Accept(node, need);
        }
    }

    private void Accept(int node, int need)
    {
        if (need <= _limit)
        {
            _trie.Allow(_bits, node);
            _mostNeeded = Math.Max(_mostNeeded, need);
            if (_byNeed is not null)
            {
                ref uint[]? bits = ref CollectionsMarshal.GetValueRefOrAddDefault(_byNeed, need, out _);
                _trie.Allow(bits ??= new uint[_trie.MaskWords], node);
            }
        }
    }
}
