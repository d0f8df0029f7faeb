using System.Text;

namespace Godwit.Worker.Tests.ToolCalls;

/// <summary>Ways to cut a text.</summary>
internal static class Cuts
{
    /// <summary>Whole, in two at every place, by characters, by bytes, and at random places.</summary>
    public static IEnumerable<IReadOnlyList<string>> Of(string text)
    {
        yield return [text];
        for (int i = 1; i < text.Length; i++)
        {
            yield return [text[..i], text[i..]];
        }

        yield return [.. text.Select(c => c.ToString())];
        yield return [.. ByBytes(text)];
        var random = new Random(text.Length);
        for (int round = 0; round < 40; round++)
        {
            yield return [.. AtRandom(text, random)];
        }
    }

    private static IEnumerable<string> ByBytes(string text)
    {
        Decoder decoder = Encoding.UTF8.GetDecoder();
        char[] units = new char[4];
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            yield return new string(units, 0, decoder.GetChars([value], units, flush: false));
        }
    }

    private static IEnumerable<string> AtRandom(string text, Random random)
    {
        for (int start = 0; start < text.Length;)
        {
            int length = Math.Min(random.Next(0, 9), text.Length - start);
            yield return text.Substring(start, length);
            start += length;
        }
    }
}
