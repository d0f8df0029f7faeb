namespace Godwit.Gateway.Selection.Reading;

/// <summary>Where a member of a body's object stands.</summary>
/// <param name="Start">First byte of its name.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct BodyMember(int Start, Range Value)
{
    /// <summary>Name and value.</summary>
    public Range Whole => Start..Value.End.Value;

    /// <summary>With the comma that goes when it goes: the one before it, or behind the first member the one after it.</summary>
    public Range WithComma(ReadOnlySpan<byte> body)
    {
        int before = Start - 1;
        while (IsSpace(body[before]))
        {
            before--;
        }

        if (body[before] == ',')
        {
            return before..Value.End.Value;
        }

        int after = Value.End.Value;
        while (IsSpace(body[after]))
        {
            after++;
        }

        return Start..(body[after] == ',' ? after + 1 : Value.End.Value);
    }

    private static bool IsSpace(byte character) => character is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
