using Godwit.Worker.StructuredOutput.Frames;

namespace Godwit.Worker.StructuredOutput.Masks;

/// <summary>
/// Finds the few tokens that a mask made without the names of an object allows and those names do not: tokens that would write a name a
/// second time, or behind which too little of the budget is left to become another name.
/// </summary>
/// <param name="trie">The vocabulary.</param>
/// <param name="limit">Tokens that may be needed behind one.</param>
internal readonly struct TakenNames(TokenTrie trie, int limit)
{
    /// <summary>Ranges of nodes whose tokens are not allowed.</summary>
    public List<(int From, int End)> Refused(KeyFrame frame)
    {
        var refused = new List<(int, int)>();
        Below(TokenTrie.Root, frame, refused);
        return refused;
    }

    // As deep as a token is long.
    private void Below(int node, KeyFrame frame, List<(int, int)> refused)
    {
        bool[]? bytes = frame.Partial.IsNone ? NextBytes(frame) : null;
        var frames = new List<Frame>();
        int end = trie.End(node);
        for (int child = node + 1; child < end; child = trie.End(child))
        {
            byte value = trie.Byte(child);
            if (bytes is not null && !bytes[value])
            {
                continue;
            }

            frames.Clear();
            frame.Read(value, frames);
            if (frames is [KeyFrame { MayRepeat: true } longer])
            {
                if (longer.Need > limit)
                {
                    refused.Add((child, child + 1));
                }

                Below(child, longer, refused);
            }
            else if (frames.Count == 0)
            {
                refused.Add((child, trie.End(child)));
            }
        }
    }

    // First bytes of what taken names go on with, however it is written, and the end.
    private static bool[] NextBytes(KeyFrame frame)
    {
        var bytes = new bool[256];
        bytes['"'] = bytes['\\'] = true;
        Span<byte> utf8 = stackalloc byte[4];
        foreach (System.Text.Rune rune in frame.TakenNext())
        {
            rune.EncodeToUtf8(utf8);
            bytes[utf8[0]] = true;
        }

        return bytes;
    }
}
