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

    public TrieWalk(TokenTrie trie)
    {
        _trie = trie;
        _frames = new List<Frame>[trie.MaxDepth + 2];
        for (int i = 0; i < _frames.Length; i++)
        {
            _frames[i] = [];
        }
    }

    /// <summary>The mask of a frame without its parents.</summary>
    public LocalMask Local(Frame local)
    {
        var bits = new uint[_trie.MaskWords];
        var open = new List<(int, OpenReason)>();
        int most = 0;
        Begin(0, local);
        Walk(
            TokenTrie.Root,
            (node, frames) =>
            {
                int need = int.MaxValue;
                for (int i = frames.Count - 1; i >= 0; i--)
                {
                    if (frames[i] is not OuterFrame outer)
                    {
                        need = Math.Min(need, frames[i].Need);
                        continue;
                    }

                    bool reached = ReferenceEquals(outer, OuterFrame.Reached);
                    need = reached ? 0 : need;
                    open.Add((node, reached ? OpenReason.After : ReferenceEquals(outer, OuterFrame.Unread) ? OpenReason.From : OpenReason.Restart));
                    frames.RemoveAt(i);
                }

                if (_trie.IsToken(node) && need < int.MaxValue)
                {
                    Allow(bits, node);
                    most = Math.Max(most, need);
                }
            });
        return new LocalMask(bits, [.. open.Where(o => o.Item2 != OpenReason.After || _trie.End(o.Item1) > o.Item1 + 1)], most);
    }

    /// <summary>Adds the tokens that a frame allows and behind which at most so many more are needed.</summary>
    public void Whole(Frame frame, int most, uint[] bits)
    {
        Begin(0, frame);
        Walk(TokenTrie.Root, (node, frames) => AllowWithin(node, frames, most, bits));
    }

    /// <summary>Adds the tokens that a local mask left open, now that the parents are known.</summary>
    public void Resolve(Frame frame, LocalMask mask, int most, uint[] bits)
    {
        foreach ((int node, OpenReason reason) in mask.Open)
        {
            int depth = _trie.Depth(node);
            if (reason == OpenReason.After)
            {
                Begin(depth, frame.Parent!);
            }
            else
            {
                if (reason == OpenReason.From)
                {
                    Begin(depth - 1, frame.Parent!);
                    Read(depth, _trie.Byte(node));
                }
                else
                {
                    Begin(0, frame);
                    ReadPath(node);
                }

                if (_frames[depth].Count == 0)
                {
                    continue;
                }

                AllowWithin(node, _frames[depth], most, bits);
            }

            Walk(node, (inner, frames) => AllowWithin(inner, frames, most, bits));
        }
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

    // Everything below a node, whose frames are in place at its depth.
    private void Walk(int root, Action<int, List<Frame>> visit)
    {
        int end = _trie.End(root);
        for (int node = root + 1; node < end;)
        {
            int depth = _trie.Depth(node);
            Read(depth, _trie.Byte(node));
            List<Frame> frames = _frames[depth];
            if (frames.Count > 0)
            {
                visit(node, frames);
            }

            node = frames.Count == 0 ? _trie.End(node) : node + 1;
        }
    }

    private void AllowWithin(int node, List<Frame> frames, int most, uint[] bits)
    {
        if (!_trie.IsToken(node))
        {
            return;
        }

        foreach (Frame frame in frames)
        {
            if (frame.Need <= most)
            {
                Allow(bits, node);
                return;
            }
        }
    }

    private void Allow(uint[] bits, int node)
    {
        foreach (int token in _trie.Tokens(node))
        {
            bits[token >> 5] |= 1u << (token & 31);
        }
    }
}
