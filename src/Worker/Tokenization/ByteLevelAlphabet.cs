namespace Godwit.Worker.Tokenization;

/// <summary>
/// GPT-2's one printable character per byte, in which byte-level vocabularies are written: printable Latin-1 stands for itself, the
/// other 68 bytes follow from U+0100 on.
/// </summary>
internal static class ByteLevelAlphabet
{
    private static readonly char[] ByteToChar = BuildByteToChar();
    private static readonly short[] CharToByte = BuildCharToByte();

    public static char ToChar(byte value) => ByteToChar[value];

    /// <summary>False when the character stands for no byte.</summary>
    public static bool TryToByte(char character, out byte value)
    {
        short found = character < CharToByte.Length ? CharToByte[character] : (short)-1;
        value = (byte)found;
        return found >= 0;
    }

    private static char[] BuildByteToChar()
    {
        var map = new char[256];
        char next = '\u0100';
        for (int value = 0; value < map.Length; value++)
        {
            bool printable = value is >= 0x21 and <= 0x7E or >= 0xA1 and <= 0xAC or >= 0xAE and <= 0xFF;
            map[value] = printable ? (char)value : next++;
        }

        return map;
    }

    private static short[] BuildCharToByte()
    {
        var map = new short[0x100 + 68];
        Array.Fill(map, (short)-1);
        for (int value = 0; value < ByteToChar.Length; value++)
        {
            map[ByteToChar[value]] = (short)value;
        }

        return map;
    }
}
