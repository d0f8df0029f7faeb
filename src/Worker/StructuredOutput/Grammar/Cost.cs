namespace Godwit.Worker.StructuredOutput.Grammar;

/// <summary>Counts of tokens (or of nesting) that stay at <see cref="Infinite"/> once they are there.</summary>
internal static class Cost
{
    /// <summary>More than can ever be paid.</summary>
    public const int Infinite = int.MaxValue / 2;

    /// <summary>The sum.</summary>
    public static int Add(int a, int b) => a >= Infinite || b >= Infinite ? Infinite : (int)Math.Min((long)a + b, Infinite);

    /// <summary>The product.</summary>
    public static int Multiply(int a, int b) => a == 0 || b == 0 ? 0 : (int)Math.Min((long)a * b, Infinite);
}
