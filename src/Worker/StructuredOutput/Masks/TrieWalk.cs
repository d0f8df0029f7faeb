using Godwit.Worker.StructuredOutput.Frames;

namespace Godwit.Worker.StructuredOutput.Masks;

/// <summary>
/// Walks the tokens' trie and the automaton together: a token is allowed when the automaton reads all of its bytes. Subtrees whose first
/// byte is refused cost nothing. Holds buffers; one at a time.
/// </summary>
internal sealed class TrieWalk
{
    private readonly TokenTrie _trie;
    private readonly List<Frame>[] _frames;
    private readonly StringCursor[] _cursors;

    // What the walk under way collects: allowed tokens, and in a local walk where parents matter and what is needed.
    private uint[] _bits = [];
    private int _limit;
    private List<(int Node, OpenReason Reason)>? _open;
    private List<(int Need, int Node)>? _needs;
    private int _mostNeeded;

    public TrieWalk(TokenTrie trie)
    {
        _trie = trie;
        _cursors = new StringCursor[trie.MaxDepth + 2];
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

    /// <summary>The nodes of the tokens of a local mask, with what is needed behind each, least first.</summary>
    public (int Need, int Node)[] ByNeed(Frame local)
    {
        Collect(new uint[_trie.MaskWords], int.MaxValue, [], []);
        From(local);
        (int Need, int Node)[] needs = [.. _needs!];
        Array.Sort(needs);
        return needs;
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

    /// <summary>Adds a node's tokens.</summary>
    public void Allow(uint[] bits, int node)
    {
        foreach (int token in _trie.Tokens(node))
        {
            bits[token >> 5] |= 1u << (token & 31);
        }
    }

    private void Collect(uint[] bits, int limit, List<(int, OpenReason)>? open, List<(int, int)>? needs)
    {
        (_bits, _limit, _open, _needs, _mostNeeded) = (bits, limit, open, needs, 0);
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

    private void ReadPath(int node)
    {
        int depth = _trie.Depth(node);
        Span<byte> path = stackalloc byte[depth];
        for (int at = node; depth > 0; at = _trie.Parent(at))
        {
            path[--depth] = _trie.Byte(at);
        }

        for (int i = 0; i < path.Length; i++)
        {
            Read(i + 1, path[i]);
        }
    }

    private void Read(int depth, byte value)
    {
        List<Frame> into = _frames[depth];
        into.Clear();
        foreach (Frame frame in _frames[depth - 1])
        {
            frame.Read(value, into);
        }
    }

    // Everything below a node, whose frames are in place at its depth. Calls itself through strings at most once per byte of a token.
    private void Below(int root)
    {
        if (_frames[_trie.Depth(root)] is [StringFrame text])
        {
            BelowInString(root, text);
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

            if (frames is [StringFrame])
            {
                Below(node);
            }

            node = frames is [] or [StringFrame] ? _trie.End(node) : node + 1;
        }
    }

    // The same within one string, of which most tokens are part: without a frame for each of them.
    private void BelowInString(int root, StringFrame text)
    {
        int outside = text.Parent!.Need;
        _cursors[_trie.Depth(root)] = text.Cursor;
        int end = _trie.End(root);
        for (int node = root + 1; node < end;)
        {
            int depth = _trie.Depth(node);
            switch (_cursors[depth - 1].Read(_trie.Byte(node), text.Rule, out _cursors[depth]))
            {
                case StringStep.Inside:
                    if (_trie.IsToken(node))
                    {
                        Accept(node, Grammar.Cost.Add(_cursors[depth].Need(text.Rule), outside));
                    }

                    node++;
                    break;
                case StringStep.Closed:
                    Begin(depth, text.Parent);
                    Visit(node, _frames[depth]);
                    Below(node);
                    node = _trie.End(node);
                    break;
                default:
                    node = _trie.End(node);
                    break;
            }
        }
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
            Allow(_bits, node);
            _mostNeeded = Math.Max(_mostNeeded, need);
            _needs?.Add((need, node));
        }
    }
}
