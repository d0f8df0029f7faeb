using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Godwit.Training.Experts.Corpora;

/// <summary>Stories for children, and plays.</summary>
internal static partial class StoryFiles
{
    // A scene's worth of speeches: the file marks no scenes.
    private const int SceneCharacters = 1500;

    /// <summary>TinyStories: paragraphs are parted by an empty line, stories by none.</summary>
    public static IEnumerable<RawDocument> TinyStories(string folder)
    {
        string text = File.ReadAllText(Path.Combine(folder, "tinystories.txt")).ReplaceLineEndings("\n");
        return StoryEnd().Split(text).Select(story => story.Trim()).Select(story => new RawDocument(story, story, Opening(story)));
    }

    /// <summary>Shakespeare: speeches, as many together as make a scene.</summary>
    public static IEnumerable<RawDocument> Shakespeare(string folder)
    {
        string text = File.ReadAllText(Path.Combine(folder, "input.txt")).ReplaceLineEndings("\n");
        StringBuilder scene = new();
        int number = 0;
        foreach (string speech in text.Split("\n\n"))
        {
            scene.Append(scene.Length > 0 ? "\n\n" : "").Append(speech.Trim());
            if (scene.Length >= SceneCharacters)
            {
                yield return Scene(scene.ToString(), number++);
                scene.Clear();
            }
        }

        yield return Scene(scene.ToString(), number);
    }

    /// <summary>Where the first sentence of a text has ended; 0 when it is all there is.</summary>
    public static int Opening(string text)
    {
        int end = SentenceEnd().Match(text) is { Success: true } match ? match.Index + match.Length : 0;
        return end < text.Length ? end : 0;
    }

    private static RawDocument Scene(string text, int number) =>
        new(number.ToString(CultureInfo.InvariantCulture), text, text.IndexOf("\n\n", StringComparison.Ordinal) + 2);

    [GeneratedRegex(@"(?<!\n)\n(?!\n)")]
    private static partial Regex StoryEnd();

    [GeneratedRegex(@"[.!?][""']?\s+")]
    private static partial Regex SentenceEnd();
}
