using System.Text;

namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>The characters of a property name so far; shared, so that every one of a walk's branches has its own at no cost.</summary>
internal sealed class NameText
{
    private readonly NameText? _before;
    private readonly int _codePoint;

    private NameText(NameText? before, int codePoint)
    {
        _before = before;
        _codePoint = codePoint;
    }

    /// <summary>No characters.</summary>
    public static NameText Empty { get; } = new(null, -1);

    /// <summary>The name with one more character.</summary>
    public NameText With(int codePoint) => new(this, codePoint);

    public override string ToString()
    {
        var codePoints = new List<int>();
        for (NameText text = this; text._before is not null; text = text._before)
        {
            codePoints.Add(text._codePoint);
        }

        codePoints.Reverse();
        var name = new StringBuilder(codePoints.Count);
        foreach (int codePoint in codePoints)
        {
            name.Append(char.ConvertFromUtf32(codePoint));
        }

        return name.ToString();
    }
}
